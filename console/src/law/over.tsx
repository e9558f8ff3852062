import { useState, type ReactNode } from 'react';
import { ProblemError } from '../api/problem';
import type { Over } from '../api/types';
import { Field } from '../components/fields';
import { useText } from '../strings/locale';

type Needed = 'reason' | 'authorisation';

interface UsedOver {
  /** What the officer has said so far. */
  over: Over;
  /** What the node asked for when it refused; null while it has not. */
  needed: Needed | null;
  fields: ReactNode;
  /** Runs a sending, and notes what the node asks for. */
  watch: (send: () => Promise<void>) => () => Promise<void>;
}

/** For what goes on the basis of an alert: where the node no longer lets it go by itself, the field that it asks for. */
export function useOver(): UsedOver {
  const text = useText();
  const [needed, setNeeded] = useState<Needed | null>(null);
  const [over, setOver] = useState<Over>({});
  const watch = (send: () => Promise<void>) => async () => {
    try {
      await send();
    } catch (thrown) {
      if (thrown instanceof ProblemError && thrown.problem.needs) setNeeded(thrown.problem.needs);
      throw thrown;
    }
  };
  const fields = needed && (
    <Field
      label={text(needed === 'reason' ? 'basis.reason' : 'basis.authorisation')}
      hint={text(needed === 'reason' ? 'basis.reason.hint' : 'basis.authorisation.hint')}
      value={(needed === 'reason' ? over.basis_reason : over.authorisation) ?? ''}
      onChange={(value) => setOver({ ...over, [needed === 'reason' ? 'basis_reason' : 'authorisation']: value })}
      dir="auto"
      required
    />
  );
  return { over, needed, fields, watch };
}
