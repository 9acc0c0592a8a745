import { answerNewPassword } from "#lib/http/password-resets";
import { resource } from "#lib/http/resource";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({ POST: answerNewPassword });
