// Clients in Python that are built on version 2 of its SDK. Their versions stand in python/clients.txt.
import { describe } from 'vitest';
import { describeClient } from './checks.ts';
import { inPython, run, titled } from './python.ts';

const ENVIRONMENT = 'clients';

inPython(() => {
  for (const negotiation of ['legacy', 'auto', '2026-07-28']) {
    describe(negotiation, () => {
      describeClient({
        title: titled(ENVIRONMENT, 'mcp'),
        command: run(ENVIRONMENT, 'sdk.py', negotiation),
        hasForms: true,
      });
    });
  }

  describeClient({
    title: titled(ENVIRONMENT, 'openai-agents'),
    command: run(ENVIRONMENT, 'openai_agents.py'),
    isImpatient: true,
  });
});
