import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { api, whenSignedOut } from '../api/client';
import { asProblem } from '../api/problem';
import type { NodeInfo, Officer, Problem, Role } from '../api/types';

type Known = { state: 'asking' } | { state: 'out'; ended: boolean } | { state: 'in'; officer: Officer };

interface SessionValue {
  known: Known;
  node: NodeInfo | null;
  problem: Problem | null;
  signIn: (name: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
}

const SessionContext = createContext<SessionValue | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [known, setKnown] = useState<Known>({ state: 'asking' });
  const [node, setNode] = useState<NodeInfo | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  useEffect(() => {
    whenSignedOut(() => setKnown((old) => (old.state === 'in' ? { state: 'out', ended: true } : old)));
    api.session().then(
      ({ officer }) => setKnown({ state: 'in', officer }),
      (thrown: unknown) => {
        const found = asProblem(thrown);
        if (found.status !== 401) setProblem(found);
        setKnown({ state: 'out', ended: false });
      },
    );
  }, []);

  useEffect(() => {
    if (known.state === 'asking') return;
    const abort = new AbortController();
    const keep = (thrown: unknown) => {
      const found = asProblem(thrown);
      if (found.status !== 401 && !abort.signal.aborted) setProblem(found);
    };
    api.node(abort.signal).then(setNode, keep);
    return () => abort.abort();
  }, [known.state]);

  const signIn = useCallback(async (name: string, password: string) => {
    const { officer } = await api.signIn(name, password);
    setProblem(null);
    setKnown({ state: 'in', officer });
  }, []);
  const signOut = useCallback(async () => {
    await api.signOut().catch(() => undefined);
    setKnown({ state: 'out', ended: false });
  }, []);

  const value = useMemo(
    () => ({ known, node, problem, signIn, signOut }),
    [known, node, problem, signIn, signOut],
  );
  return <SessionContext value={value}>{children}</SessionContext>;
}

export function useSession(): SessionValue {
  const value = useContext(SessionContext);
  if (value === null) throw new Error('useSession needs a SessionProvider');
  return value;
}

/** Who is signed in; pages exist only while somebody is. */
export function useOfficer(): Officer {
  const { known } = useSession();
  if (known.state !== 'in') throw new Error('no officer is signed in');
  return known.officer;
}

/** The role of whoever is signed in; none while that is not known. */
export function useRole(): Role | null {
  const { known } = useSession();
  return known.state === 'in' ? known.officer.role : null;
}

export const mayAct = (role: Role): boolean => role === 'officer' || role === 'releasing_officer';
export const mayRelease = (role: Role): boolean => role === 'releasing_officer';
