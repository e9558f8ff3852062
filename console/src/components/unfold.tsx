import type { ReactNode } from 'react';
import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';

interface UnfoldProps {
  title: ReactNode;
  children: ReactNode;
  level?: 2 | 3 | 4 | 5;
  open?: boolean;
}

/** A heading that unfolds what stands under it. */
export function Unfold({ title, children, level = 4, open = false }: UnfoldProps) {
  return (
    <Disclosure className="unfold" defaultExpanded={open}>
      <Heading level={level} className="unfold-title">
        <Button slot="trigger" className="unfold-button">
          <span className="unfold-sign" aria-hidden="true" />
          {title}
        </Button>
      </Heading>
      <DisclosurePanel className="unfold-panel">{children}</DisclosurePanel>
    </Disclosure>
  );
}
