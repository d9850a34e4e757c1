// The OpenAPI document is one by the specification's own schema, and its references resolve.
// The document: a file, or an address of a running gateway; without either, what the unit test
// build/release/tests/bin/unit/openapi prints. Exits 0 and prints one line when it is valid.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

async function load(from) {
    if (from === undefined) {
        const variant = process.env.VARIANT ?? 'release';
        const program = join(root, 'build', variant, 'tests/bin/unit/openapi');
        return execFileSync(program, ['--print'], { encoding: 'utf8', maxBuffer: 1 << 26 });
    }
    if (/^https?:/.test(from)) {
        const answer = await fetch(from);
        if (!answer.ok) {
            throw new Error(`${from}: ${answer.status}`);
        }
        return answer.text();
    }
    return readFileSync(from, 'utf8');
}

// What the schema cannot say: operation ids are unique, and every path parameter is declared.
function faults(document) {
    const found = [];
    const ids = new Set();
    for (const [path, item] of Object.entries(document.paths)) {
        for (const [method, operation] of Object.entries(item)) {
            if (ids.has(operation.operationId)) {
                found.push(`${operation.operationId} is used twice`);
            }
            ids.add(operation.operationId);
            const declared = (operation.parameters ?? [])
                .filter((parameter) => parameter.in === 'path')
                .map((parameter) => parameter.name);
            const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
            if (named.join() !== declared.join()) {
                found.push(`${method} ${path}: parameters ${declared.join()}`);
            }
        }
    }
    return found;
}

const document = JSON.parse(await load(process.argv[2]));
const validator = new Validator();
const result = await validator.validate(structuredClone(document));
const found = faults(document);
if (!result.valid) {
    found.push(JSON.stringify(result.errors, null, 2).slice(0, 4000));
} else {
    validator.resolveRefs();
}
if (found.length > 0) {
    console.error(found.join('\n'));
    process.exit(1);
}
const operations = Object.values(document.paths).flatMap((item) => Object.keys(item)).length;
const schemas = Object.keys(document.components.schemas).length;
console.log(`OpenAPI ${validator.version}: valid, ${operations} operations, ${schemas} schemas`);
