import { answerMailReport } from "#lib/http/mail-report";
import { resource } from "#lib/http/resource";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({ POST: answerMailReport });
