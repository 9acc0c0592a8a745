import { resource } from "#lib/http/resource";
import { answerReady } from "#lib/http/state";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({ GET: answerReady });
