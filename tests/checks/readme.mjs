// README.md says what is so: every setting of the `conf` tables stands there and no other, every limit
// that it names is a constant of the sources, and every path that it names is there.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'common', 'services'],
    { cwd: root, encoding: 'utf8' }).split('\n').filter((name) => /\.[ch]$/.test(name) && existsSync(join(root, name)));
const source = files.map((name) => readFileSync(join(root, name), 'utf8')).join('\n');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const names = (text, pattern) => new Set([...text.matchAll(pattern)].map(([, name]) => name));
const faults = [];

const known = names(source, /\{"(ATTAIN_\w+)", CONF_/g);
const told = names(readme, /`(ATTAIN_\w+)`/g);
const operators = names(source, /(?:getenv|setting)\("(ATTAIN_\w+)"\)/g);
known.forEach((name) => told.has(name) || faults.push(`README.md lacks the setting ${name}`));
told.forEach((name) => known.has(name) || operators.has(name) || faults.push(`README.md: no setting ${name}`));

for (const name of names(readme.slice(readme.indexOf('## Limits')), /`([A-Z]+_[A-Z_]+)`/g)) {
    if (!new RegExp(`\\b${name}\\s*=`).test(source)) {
        faults.push(`README.md: no constant ${name}`);
    }
}
for (const name of names(readme, /`((?:common|services|deploy|proto|tests)\/[\w./-]*)`/g)) {
    if (!existsSync(join(root, name))) {
        faults.push(`README.md: no ${name}`);
    }
}
const commands = names(readFileSync(join(root, 'Makefile'), 'utf8'), /^# ([a-z]+): /gm);
names(readme, /`(?:[A-Z]+=\w+ )*make ([a-z]+)`/g).forEach((name) =>
    commands.has(name) || name === 'help' || faults.push(`README.md: no command make ${name}`));

faults.forEach((fault) => console.log(fault));
process.exitCode = faults.length > 0 ? 1 : 0;
