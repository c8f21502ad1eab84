// AutoGen, in a virtual environment of its own: it wants version 1 of the SDK. Its version stands in python/autogen.txt.
import { describeClient } from './checks.ts';
import { inPython, run, titled } from './python.ts';

const ENVIRONMENT = 'autogen';

inPython(() => {
  describeClient({
    title: `the workbench of ${titled(ENVIRONMENT, 'autogen-ext')}`,
    command: run(ENVIRONMENT, 'autogen_tools.py', 'workbench'),
    isImpatient: true,
    // It takes no result with a link in it.
    options: ['--no-resource-links'],
  });

  const unseen = 'an error that a server reports becomes "unhandled errors in a TaskGroup"';
  describeClient({
    title: `the adapters of ${titled(ENVIRONMENT, 'autogen-ext')}, with a process for each call`,
    command: run(ENVIRONMENT, 'autogen_tools.py', 'adapters'),
    isImpatient: true,
    fails: { says: unseen, told: unseen, table: 'the columns of a row are dropped' },
  });
});
