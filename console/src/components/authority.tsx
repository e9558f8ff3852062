import { useSession } from '../session/session';
import { useLanguage } from '../strings/locale';

/** An authority by the name that the registry gives it in the officer's language, or else its code. */
export function useAuthorityName(): (id: string) => string {
  const { node } = useSession();
  const { language } = useLanguage();
  return (id) => {
    const member = node?.members.find(({ authority }) => authority === id);
    const own = node?.authorities.find((authority) => authority.id === id);
    return member?.names[language] ?? member?.names.en ?? own?.name ?? id;
  };
}

export function Authority({ id }: { id: string }) {
  const nameOf = useAuthorityName();
  const name = nameOf(id);
  return (
    <span className="authority">
      <bdi>{name}</bdi>
      {name !== id && <bdi className="code">{id}</bdi>}
    </span>
  );
}
