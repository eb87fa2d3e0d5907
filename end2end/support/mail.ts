// The mails that a server wrote to its folder, read by a parser that is not ours.
// Not for: what a mail should say; a test says that.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { simpleParser } from "mailparser";

export interface Mail {
  /** Address alone, lower case. */
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  /** The invitation, unfolded by nobody: the bytes as they travelled, decoded to text. */
  calendar: string | undefined;
  /** The `method=` of the calendar part: REQUEST, CANCEL… */
  calendarMethod: string | undefined;
}

/** Every mail of the folder, oldest first. A folder that does not exist holds none. */
export async function readMails(folder: string): Promise<Mail[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const mails = await Promise.all(
    names.filter((name) => name.endsWith(".eml")).map((name) => readMail(join(folder, name))),
  );
  return mails.sort((a, b) => a.date - b.date || a.order.localeCompare(b.order));
}

async function readMail(path: string): Promise<Mail & { date: number; order: string }> {
  const source = await readFile(path);
  const parsed = await simpleParser(source);
  const calendar = parsed.attachments.find((part) => part.contentType === "text/calendar");
  const method = /^content-type:\s*text\/calendar\b[^]*?\bmethod="?([A-Z]+)/im.exec(source.toString("latin1"));
  return {
    to: firstAddress(parsed.to),
    from: firstAddress(parsed.from),
    subject: parsed.subject ?? "",
    text: parsed.text ?? "",
    html: parsed.html || "",
    messageId: parsed.messageId ?? "",
    calendar: calendar?.content.toString("utf8"),
    calendarMethod: method?.[1],
    date: parsed.date?.getTime() ?? 0,
    order: path,
  };
}

type Addresses = Awaited<ReturnType<typeof simpleParser>>["to"];

function firstAddress(addresses: Addresses): string {
  const group = Array.isArray(addresses) ? addresses[0] : addresses;
  return group?.value[0]?.address?.toLowerCase() ?? "";
}
