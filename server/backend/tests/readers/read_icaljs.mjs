// What npm ical.js (Thunderbird, Nextcloud) reads in a calendar file, as JSON.
// Arguments: the folder node_modules that has it, and the file.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, path] = process.argv.slice(2);
const { default: ICAL } = await import(pathToFileURL(join(modules, "ical.js", "dist", "ical.js")));

ICAL.design.strict = true;
const calendar = new ICAL.Component(ICAL.parse(readFileSync(path, "utf8")));
const utc = (time) => {
  if (time.zone !== ICAL.Timezone.utcTimezone) throw new Error(`${time} is not in UTC`);
  return time.toJSDate().toISOString().replace(".000Z", "Z");
};
// Told that there are no exceptions, it does not look through all events for each of them.
const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component, { exceptions: [] });
  return {
    uid: event.uid,
    start: utc(event.startDate),
    end: utc(event.endDate),
    status: component.getFirstPropertyValue("status"),
    sequence: event.sequence,
    summary: event.summary,
  };
});
process.stdout.write(JSON.stringify(events));
