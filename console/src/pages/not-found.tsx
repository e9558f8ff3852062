import { Page } from '../components/page';
import { Link } from '../routing/router';
import { useText } from '../strings/locale';

export function NotFound() {
  const text = useText();
  return (
    <Page title={text('not_found.title')}>
      <p>{text('not_found.sentence')}</p>
      <p>
        <Link href="/alerts">{text('nav.alerts')}</Link>
      </p>
    </Page>
  );
}
