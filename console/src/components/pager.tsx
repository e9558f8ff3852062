import { Button } from 'react-aria-components';
import { useText } from '../strings/locale';

interface PagerProps {
  /** What the page shown begins after; empty on the first. */
  after: string;
  /** What the next page begins after; absent on the last. */
  next?: string | null;
  onGo: (after: string) => void;
}

/** Below a list that the node gives in pages: back to the first, on to the next. */
export function Pager({ after, next, onGo }: PagerProps) {
  const text = useText();
  if (after === '' && !next) return null;
  return (
    <p className="pager">
      {after !== '' && (
        <Button className="button" onPress={() => onGo('')}>
          {text('action.first_page')}
        </Button>
      )}
      {next && (
        <Button className="button" onPress={() => onGo(next)}>
          {text('action.next_page')}
        </Button>
      )}
    </p>
  );
}
