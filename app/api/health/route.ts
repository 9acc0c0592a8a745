import { resource } from "#lib/http/resource";
import { answerHealth } from "#lib/http/state";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({ GET: answerHealth });
