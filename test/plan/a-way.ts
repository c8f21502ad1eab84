// The way of a connection's requests: straight to AWS, but for what a test says.
import type { Leg, Way } from '../../src/iam/way.ts';

const PLAIN = { isSet: false, isAws: true, isOpen: false, proxy: undefined };

interface Changes {
  iam?: Partial<Leg>;
  sts?: Partial<Leg>;
  caBundle?: string;
}

export function aWay({ iam, sts, caBundle }: Changes = {}): Way {
  return {
    iam: { address: 'https://iam.amazonaws.com', ...PLAIN, ...iam },
    sts: { address: 'https://sts.us-east-1.amazonaws.com', ...PLAIN, ...sts },
    caBundle,
  };
}
