// The table "Who pulls whose feed" of services/README.md is what the services do (services/*/reactions.c), line by
// line and both ways; and each line of it is tried by `make crash` (tests/crash/consequences.mjs) or excused there.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { CONSEQUENCES, EXCUSED } from '../crash/consequences.mjs';
import { messageNames } from '../crash/database.mjs';
import { SERVICES } from '../support/stack.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const messages = [...messageNames().values()];
const byNumberName = new Map(messages.map((name) => [name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase(), name]));
const OTHERS = ['application', 'assessment', 'funding'];
const faults = [];

// What a service reacts to, from the rows of its table.
const done = new Set();
for (const consumer of SERVICES) {
    const file = join(root, `services/${consumer}/reactions.c`);
    const source = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const rows = [
        ...[...source.matchAll(/\{ (?:\.producer = )?PB__SERVICE__(\w+), (?:\.event = )?MSG_(\w+),/g)].map(([, from, event]) => [from, event]),
        ...[...source.matchAll(/^ *FROM_ALL\(MSG_(\w+),/gm)].flatMap(([, event]) => OTHERS.map((from) => [from, event])),
    ];
    rows.forEach(([from, event]) => done.add(`${consumer} ${from.toLowerCase()} ${byNumberName.get(event) ?? event}`));
}

// What the table says.
const told = new Set();
const text = readFileSync(join(root, 'services/README.md'), 'utf8');
const table = text.slice(text.indexOf('| Consumer | Producer |')).split('\n\n')[0].split('\n').slice(2);
const lines = table.map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
new Set(table).size === table.length || faults.push('services/README.md: a line of the table stands there twice');
for (const [consumers, producer, events] of lines.filter(([consumer]) => consumer !== 'gateway')) {
    const names = events.split(/[;,] */).map((part) => part.split(' ')[0]).filter((name) => /^[A-Z]/.test(name));
    names.filter((name) => !messages.includes(name)).forEach((name) => faults.push(`services/README.md: there is no ${name}`));
    for (const consumer of consumers.split(', ')) {
        const producers = producer === 'itself' ? [consumer] : producer === 'the other three' ? OTHERS : [producer];
        producers.forEach((from) => names.forEach((name) => told.add(`${consumer} ${from} ${name}`)));
    }
}

const tried = new Set(CONSEQUENCES.map(([producer, event, consumer]) => `${consumer} ${producer} ${event}`));
done.forEach((edge) => told.has(edge) || faults.push(`services/README.md lacks: ${edge}`));
told.forEach((edge) => done.has(edge) || faults.push(`services/README.md: no service does: ${edge}`));
told.forEach((edge) => tried.has(edge) || edge.split(' ')[2] in EXCUSED ||
    faults.push(`tests/crash/consequences.mjs neither has nor excuses: ${edge}`));
tried.forEach((edge) => told.has(edge) || faults.push(`tests/crash/consequences.mjs: not in services/README.md: ${edge}`));
for (const name of Object.keys(EXCUSED)) {
    [...told].some((edge) => edge.endsWith(` ${name}`)) || faults.push(`tests/crash/consequences.mjs excuses in vain: ${name}`);
    CONSEQUENCES.some(([, event]) => event === name) && faults.push(`tests/crash/consequences.mjs has and excuses: ${name}`);
}
told.size > 60 && done.size > 60 || faults.push(`only ${told.size} edges told and ${done.size} done were found`);

faults.forEach((fault) => console.log(fault));
process.exitCode = faults.length > 0 ? 1 : 0;
