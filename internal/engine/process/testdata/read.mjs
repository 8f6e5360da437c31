// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Reads BPMN from standard input with the bpmn-moddle of a folder, and says what it says.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const found = createRequire(join(process.argv[2], 'here.js')).resolve('bpmn-moddle');
const { BpmnModdle, default: fallback } = await import(pathToFileURL(found));
const { rootElement, warnings } = await new (BpmnModdle ?? fallback)().fromXML(readFileSync(0, 'utf8'));
const flow = rootElement.rootElements[0].flowElements;
const drawn = rootElement.diagrams[0].plane.planeElement;
if (drawn.length !== flow.length || drawn.some((d) => !d.bpmnElement)) {
  console.log(`${flow.length} elements, ${drawn.length} drawn`);
}
console.log(warnings.length ? warnings.map((w) => w.message).join('\n') : 'read without warnings');
