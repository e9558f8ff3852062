import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  type AnchorHTMLAttributes,
  type MouseEvent,
  type ReactNode,
} from 'react';

/** A small router on the History API: paths are real addresses, so the node serves `index.html` for each. */
interface Routing {
  path: string;
  navigate: (to: string) => void;
}

const RoutingContext = createContext<Routing>({ path: '/', navigate: () => {} });

export function Router({ children }: { children: ReactNode }) {
  const [path, setPath] = useState(() => window.location.pathname);
  useEffect(() => {
    const follow = () => setPath(window.location.pathname);
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, []);
  const navigate = useCallback((to: string) => {
    window.history.pushState(null, '', to);
    window.scrollTo(0, 0);
    setPath(window.location.pathname);
  }, []);
  const routing = useMemo(() => ({ path, navigate }), [path, navigate]);
  return <RoutingContext value={routing}>{children}</RoutingContext>;
}

export const usePath = (): string => useContext(RoutingContext).path;
export const useNavigate = (): ((to: string) => void) => useContext(RoutingContext).navigate;

/** Matches `/cases/:id` against a path; the values of its named parts, or null. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/').filter(Boolean);
  const given = path.split('/').filter(Boolean);
  if (wanted.length !== given.length) return null;
  const values: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const value = given[i] ?? '';
    if (!part.startsWith(':')) {
      if (part !== value) return null;
    } else {
      const decoded = decodedOrNull(value);
      if (decoded === null) return null;
      values[part.slice(1)] = decoded;
    }
  }
  return values;
}

function decodedOrNull(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}

const isPlainClick = (event: MouseEvent) =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

export function Link({ href = '/', ...rest }: AnchorHTMLAttributes<HTMLAnchorElement>) {
  const { path, navigate } = useContext(RoutingContext);
  const follow = (event: MouseEvent) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    navigate(href);
  };
  return <a {...rest} href={href} aria-current={path === href ? 'page' : undefined} onClick={follow} />;
}
