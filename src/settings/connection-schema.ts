// One connection in the config file. This schema is the source of every field's type, bounds and meaning: the check of
// the file, its JSON Schema and the README's table derive from it. A text is checked after its template was rendered.
import * as z from 'zod';
import { endpointProblem, remoteAgentProblem, SHORTEST_SECRET } from './connection-urls.ts';
import { POLICY_PATTERN, POLICY_PATTERN_EXAMPLE, USER_PATTERN } from './guard-patterns.ts';
import { ROLE_PATTERN, ROLE_PATTERN_EXAMPLE } from './role-patterns.ts';
import { optionText } from './settings.ts';

// `error` is all that a person reads, whatever it is that does not fit: no value is ever repeated.
const text = (pattern: RegExp, error: string) => z.string({ error }).regex(pattern, { error });
const oneLine = (what: string) => text(/^\P{Cc}+$/u, `expected ${what}, in one line`);
const secretText = (what: string) =>
  oneLine(what).min(SHORTEST_SECRET, { error: `expected ${what} of at least ${SHORTEST_SECRET} characters` });
const yesOrNo = () => z.boolean({ error: 'expected true or false' });
const seconds = (least: number, most: number) => {
  const error = `expected a number of seconds from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
};

const patterns = (pattern: RegExp, what: string) =>
  z.array(text(pattern, `expected ${what}`), { error: 'expected an array of patterns' });
const policyPatterns = () =>
  patterns(
    POLICY_PATTERN,
    `the name or ARN of a managed policy, or a pattern of some without a path, such as ${POLICY_PATTERN_EXAMPLE}`,
  );

function url(problemOf: (url: string) => string | undefined, error: string) {
  return z.string({ error }).check(({ value, issues }) => {
    const problem = problemOf(value);
    if (problem !== undefined) issues.push({ code: 'custom', message: problem, input: undefined });
  });
}

const MOST_CHANGES = 10_000;
const MOST_CHANGES_ERROR = `expected a whole number from 1 to ${MOST_CHANGES}`;

const REFERENCE_NAME = /^(?!env$)[A-Za-z_]\w*$/;
const referenceValues = z.record(
  z.string().regex(REFERENCE_NAME),
  z.union([z.string(), z.strictObject({ secret: secretText('a text') })], {
    error: 'expected a text, or {"secret": "text"}',
  }),
  {
    error: ({ code }) =>
      code === 'invalid_key'
        ? 'expected a name of letters, digits and _ that begins with no digit and is not env'
        : 'expected an object of names and texts',
  },
);

const fields = z.strictObject(
  {
    label: text(/^[\w.-]{1,64}$/, 'expected 1 to 64 letters, digits and _.-').register(optionText, {
      title: 'Label',
      valueName: 'text',
      defaultText: 'required',
      meaning: 'The name by which a call chooses this connection',
    }),
    region: oneLine('an AWS region').optional().register(optionText, {
      title: 'Region Name',
      valueName: 'text',
      defaultText: "AWS's own setting, else us-east-1",
      meaning: 'The AWS region to sign for, which selects the partition',
    }),
    accessKey: text(/^\w{16,128}$/, 'expected an access key id of 16 to 128 letters and digits')
      .optional()
      .register(optionText, {
        title: 'Access Key',
        valueName: 'text',
        defaultText: 'none',
        meaning: 'The id of an access key, beside `secretKey`',
      }),
    secretKey: secretText('a secret access key').optional().register(optionText, {
      title: 'Secret Key',
      valueName: 'secret text',
      defaultText: 'none',
      meaning: 'The secret of `accessKey`',
      secret: true,
    }),
    sessionToken: secretText('a session token').optional().register(optionText, {
      title: 'Session Token',
      valueName: 'secret text',
      defaultText: 'none',
      meaning: 'The session token of a temporary `accessKey`',
      secret: true,
    }),
    profile: oneLine('the name of a profile').optional().register(optionText, {
      title: 'Profile',
      valueName: 'text',
      defaultText: "without keys either, the AWS SDK's normal chain",
      meaning: "The profile of AWS's shared config files to take credentials from, in place of keys",
    }),
    roleArn: text(
      /^(?=.{20,2048}$)arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/,
      'expected the ARN of a role, such as arn:aws:iam::123456789012:role/responder',
    )
      .optional()
      .register(optionText, {
        title: 'Role ARN',
        valueName: 'text',
        defaultText: 'none',
        meaning: 'The role to work as, assumed through STS from the credentials above',
      }),
    roles: patterns(ROLE_PATTERN, `the ARN of a role, or a pattern of some, such as ${ROLE_PATTERN_EXAMPLE}`)
      .optional()
      .register(optionText, {
        title: 'Roles',
        valueName: 'array of texts',
        defaultText: 'those of its own account',
        meaning:
          "Roles that a call's `role_arn` may name without a person being asked: ARNs, in which `*` is any text. Once it " +
          'is set, roles of its own account need a pattern, too',
      }),
    externalId: text(/^[\w+=,.@:/-]{2,1224}$/, 'expected 2 to 1224 letters, digits and _+=,.@:/-')
      .optional()
      .register(optionText, {
        title: 'External ID',
        valueName: 'text',
        defaultText: 'none',
        meaning: 'The external id that the trust policy of `roleArn` asks for',
      }),
    sessionName: text(/^[\w+=,.@-]{2,64}$/, 'expected 2 to 64 letters, digits and _+=,.@-')
      .optional()
      .register(optionText, {
        title: 'Session Name',
        valueName: 'text',
        defaultText: 'aws-iam-mcp',
        meaning: 'The name of the session of `roleArn`, which CloudTrail shows',
      }),
    sessionDuration: seconds(900, 43_200)
      .int({ error: 'expected a whole number of seconds from 900 to 43200' })
      .optional()
      .register(optionText, {
        title: 'Session Duration',
        valueName: 'seconds',
        defaultText: "AWS's own, an hour",
        meaning: 'How long a session of `roleArn` lasts before it is renewed',
      }),
    verifySsl: yesOrNo().default(true).register(optionText, {
      title: 'Verify SSL',
      valueName: 'true or false',
      meaning: "Whether the server's certificate is checked; without, every answer carries a warning",
    }),
    caBundle: text(/^(?!~)\P{Cc}+$/u, 'expected the path of a PEM file (~ is not expanded here)')
      .optional()
      .register(optionText, {
        title: 'CA Bundle',
        valueName: 'path',
        defaultText: '`AWS_CA_BUNDLE`, else the public authorities',
        meaning:
          "A PEM file with the certificate authorities to trust; a relative path starts at the config file's folder",
      }),
    remoteAgent: url(remoteAgentProblem, 'expected the URL of a proxy')
      .optional()
      .register(optionText, {
        title: 'Remote Agent',
        valueName: 'URL',
        defaultText: '`HTTPS_PROXY` and `NO_PROXY`',
        meaning:
          'The proxy through which all of this connection goes, STS and SSO included: `socks5h://` (it resolves names), ' +
          '`socks5://`, `http://` or `https://`, with `user:password@` where it wants them',
      }),
    endpoint: url(endpointProblem, 'expected the URL of an endpoint').optional().register(optionText, {
      title: 'Endpoint',
      valueName: 'URL',
      defaultText: "AWS's own",
      meaning: "In place of AWS's endpoints: `https://`, or `http://` on this machine",
    }),
    readOnly: yesOrNo().default(false).register(optionText, {
      title: 'Read Only',
      valueName: 'true or false',
      meaning: 'Refuse every change on this connection',
    }),
    protectedUsers: patterns(USER_PATTERN, 'the name of a user, or a pattern of some, such as break-glass-*')
      .optional()
      .register(optionText, {
        title: 'Protected Users',
        valueName: 'array of texts',
        defaultText: 'none',
        meaning: 'Users whom no call may change: names, in which `*` is any text, in any case',
      }),
    allowPolicies: policyPatterns()
      .optional()
      .register(optionText, {
        title: 'Allow Policies',
        valueName: 'array of texts',
        defaultText: 'all',
        meaning:
          'The only managed policies that may be attached: names or ARNs, in which `*` is any text; case, path and ' +
          'partition do not count',
      }),
    denyPolicies: policyPatterns().optional().register(optionText, {
      title: 'Deny Policies',
      valueName: 'array of texts',
      defaultText: 'none',
      meaning: 'Managed policies that may not be attached, whatever `allowPolicies` says; written in the same way',
    }),
    maxChangesPerHour: z
      .number({ error: MOST_CHANGES_ERROR })
      .int({ error: MOST_CHANGES_ERROR })
      .min(1, { error: MOST_CHANGES_ERROR })
      .max(MOST_CHANGES, { error: MOST_CHANGES_ERROR })
      .optional()
      .register(optionText, {
        title: 'Max Changes Per Hour',
        valueName: 'number',
        defaultText: 'no limit',
        meaning: 'How many changes may be sent within any 60 minutes, by all processes on the state dir together',
      }),
    twoPeople: z
      .array(oneLine('the name of a tool'), { error: 'expected an array of tools' })
      .optional()
      .register(optionText, {
        title: 'Two People',
        valueName: 'array of tools',
        defaultText: 'none',
        meaning:
          'Tools whose changes two people have to agree to: each approver of the config file is one, and whoever ' +
          'answers on this machine is one',
      }),
    timeout: seconds(0.1, 3600).optional().register(optionText, {
      title: 'Timeout',
      valueName: 'seconds',
      defaultText: 'that of `--answer-timeout`',
      meaning: 'How long AWS may take to answer one request on this connection',
    }),
    referenceValues: referenceValues.default({}).register(optionText, {
      title: 'Reference Values',
      valueName: 'names and texts',
      defaultText: 'none',
      meaning:
        'Names for templates, each with a text or, for what nobody may see, `{"secret": "text"}`; templates in tool inputs ' +
        'see the texts alone',
    }),
  },
  { error: 'expected an object' },
);

export const connectionSchema = fields.check(({ value, issues }) => {
  const refuse = (field: keyof typeof value, message: string) =>
    issues.push({ code: 'custom', path: [field], message, input: undefined });
  const { accessKey, secretKey, sessionToken, profile, roleArn } = value;
  if (profile !== undefined && (accessKey ?? secretKey ?? sessionToken) !== undefined) {
    refuse('profile', 'expected a profile or keys, not both');
  } else if (accessKey !== undefined && secretKey === undefined) {
    refuse('secretKey', 'missing, and accessKey is there');
  } else if (accessKey === undefined && (secretKey ?? sessionToken) !== undefined) {
    refuse('accessKey', `missing, and ${secretKey === undefined ? 'sessionToken' : 'secretKey'} is there`);
  }
  for (const field of ['externalId', 'sessionName', 'sessionDuration'] as const) {
    if (roleArn === undefined && value[field] !== undefined) refuse(field, 'of use only beside a roleArn');
  }
});

/** A connection as written, or once its templates were rendered. */
export type ConnectionFields = z.output<typeof connectionSchema>;

/** The fields that are secret as a whole. Of a remote agent a part is, and of the reference values some are. */
export const SECRET_FIELDS = Object.entries(fields.shape)
  .filter(([, field]) => optionText.get(field)?.secret)
  .map(([name]) => name as 'secretKey' | 'sessionToken');
