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
  /** What stands after the question mark. */
  search: string;
  navigate: (to: string) => void;
  /** Writes the query of the page that is open; no step back leads to the one before. */
  rewrite: (search: string) => void;
}

const RoutingContext = createContext<Routing>({ path: '/', search: '', navigate: () => {}, rewrite: () => {} });
const here = () => ({ path: window.location.pathname, search: window.location.search });

export function Router({ children }: { children: ReactNode }) {
  const [at, setAt] = useState(here);
  useEffect(() => {
    const follow = () => setAt(here());
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, []);
  const navigate = useCallback((to: string) => {
    window.history.pushState(null, '', to);
    window.scrollTo(0, 0);
    setAt(here());
  }, []);
  const rewrite = useCallback((search: string) => {
    window.history.replaceState(null, '', window.location.pathname + (search === '' ? '' : `?${search}`));
    setAt(here());
  }, []);
  const routing = useMemo(() => ({ ...at, navigate, rewrite }), [at, navigate, rewrite]);
  return <RoutingContext value={routing}>{children}</RoutingContext>;
}

export const usePath = (): string => useContext(RoutingContext).path;
/** The query of the page, and how to write it anew. */
export function useQuery(): [URLSearchParams, (next: URLSearchParams) => void] {
  const { search, rewrite } = useContext(RoutingContext);
  const query = useMemo(() => new URLSearchParams(search), [search]);
  return [query, useCallback((next) => rewrite(next.toString()), [rewrite])];
}
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
