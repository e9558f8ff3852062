import { Tag } from '../components/tag';
import { useText } from '../strings/locale';

/** A hash in groups of eight digits, so that people can compare it. */
export const groupsOf = (hex: string): string[] => hex.match(/.{1,8}/g) ?? [];

export function Digest({ hex, beside }: { hex: string; beside?: string }) {
  const others = beside === undefined ? null : groupsOf(beside);
  return (
    <code className="groups" dir="ltr">
      {groupsOf(hex).map((group, at) => (
        <span key={at} className={others && others[at] !== group ? 'group-differs' : undefined}>
          {group}{' '}
        </span>
      ))}
    </code>
  );
}

/** What the vault received beside what was chosen here: equal or not in words, and where they differ. */
export function DigestPair({ chosen, received }: { chosen: string; received: string }) {
  const text = useText();
  const same = chosen === received;
  return (
    <div className="digest-pair">
      <p>
        <Tag tone={same ? 'good' : 'bad'}>{text(same ? 'intake.same' : 'intake.differs')}</Tag>
      </p>
      <dl>
        <dt>{text('intake.hash_here')}</dt>
        <dd>
          <Digest hex={chosen} beside={received} />
        </dd>
        <dt>{text('intake.hash_there')}</dt>
        <dd>
          <Digest hex={received} beside={chosen} />
        </dd>
      </dl>
    </div>
  );
}
