import { redirect } from "next/navigation";
import { pages } from "#lib/paths";

export default function Home(): never {
  redirect(pages.orders());
}
