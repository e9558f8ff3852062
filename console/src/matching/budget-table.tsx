import type { Budget, HolderBudget } from '../api/queries-types';
import { Authority } from '../components/authority';
import { Tag } from '../components/tag';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { paddedSize } from './question';

interface BudgetTableProps {
  budget: Budget;
  /** How many identifiers are to be asked about. */
  count: number;
  /** Only these holders, or all. */
  only: string[] | null;
}

/** What each holder still answers, and what this question takes of it. */
export function BudgetTable({ budget, count, only }: BudgetTableProps) {
  const text = useText();
  const size = paddedSize(budget.sizes, count);
  const holders = budget.holders.filter(({ authority }) => only === null || only.includes(authority));
  return (
    <>
      <p role="status">
        {count === 0
          ? text('query.no_selectors')
          : size === undefined
            ? text('query.too_many', { count, most: budget.sizes.at(-1) ?? 0 })
            : text('query.looks_like', { count, size })}
      </p>
      <table className="stacked">
        <caption>{text('query.budget')}</caption>
        <thead>
          <tr>
            <th scope="col">{text('query.holder')}</th>
            <th scope="col">{text('query.left')}</th>
          </tr>
        </thead>
        <tbody>
          {holders.map((holder) => (
            <tr key={holder.authority}>
              <th scope="row">
                <Authority id={holder.authority} />
              </th>
              <td data-label={text('query.left')}>
                <Left holder={holder} size={size ?? 0} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** The least of what is left is what may be asked. */
function Left({ holder, size }: { holder: HolderBudget; size: number }) {
  const text = useText();
  const { number } = useFormats();
  if (!holder.publishes) return <span className="quiet">{text('holder.not_publishing')}</span>;
  if (!holder.left) return <>—</>;
  const left = Math.min(...Object.values(holder.left));
  return (
    <>
      {number(left)} {left < size && <Tag tone="bad">{text('query.over_budget')}</Tag>}
    </>
  );
}
