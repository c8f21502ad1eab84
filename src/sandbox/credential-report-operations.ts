// The two operations of the credential report. States, errors and their statuses are as in IAM's API reference.
import type { Operation } from './operation.ts';
import { QueryError } from './query-protocol.ts';

export const GenerateCredentialReport: Operation = {
  service: 'iam',
  rules: {},
  resource: () => '*',
  run: ({ account, reports }) => {
    const { is } = reports.find(account);
    switch (is) {
      case 'in-progress':
        return { State: 'INPROGRESS' };
      case 'ready':
        return { State: 'COMPLETE' };
      case 'none':
        reports.begin(account);
        return { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' };
      case 'expired':
        reports.begin(account);
        return { State: 'STARTED' };
      default:
        return is satisfies never;
    }
  },
};

export const GetCredentialReport: Operation = {
  service: 'iam',
  rules: {},
  resource: () => '*',
  run: ({ account, reports }) => {
    const found = reports.find(account);
    switch (found.is) {
      case 'none':
        throw new QueryError(410, 'ReportNotPresent', 'Report does not exist. Generate it first.');
      case 'in-progress':
        throw new QueryError(404, 'ReportInProgress', 'Report generation is in progress.');
      case 'expired':
        throw new QueryError(410, 'ReportExpired', 'The most recent report has expired. Generate a new one.');
      case 'ready':
        return {
          Content: Buffer.from(found.report.content).toString('base64'),
          ReportFormat: 'text/csv',
          GeneratedTime: found.report.generatedTime,
        };
      default:
        return found satisfies never;
    }
  },
};
