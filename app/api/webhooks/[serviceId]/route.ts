import { resource } from "#lib/http/resource";
import { answerWebhook } from "#lib/http/webhook";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({ POST: answerWebhook });
