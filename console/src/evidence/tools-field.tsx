import { Button } from 'react-aria-components';
import { Field } from '../components/fields';
import { useText } from '../strings/locale';
import type { ToolDraft } from './description';

/** With what was acquired: any number of programs and devices. */
export function ToolsField({ tools, onChange }: { tools: ToolDraft[]; onChange: (tools: ToolDraft[]) => void }) {
  const text = useText();
  const set = (at: number, part: Partial<ToolDraft>) =>
    onChange(tools.map((tool, index) => (index === at ? { ...tool, ...part } : tool)));
  return (
    <fieldset className="group">
      <legend>{text('acquisition.tools')}</legend>
      {tools.length === 0 && <p className="hint">{text('acquisition.no_tools')}</p>}
      {tools.map((tool, at) => (
        <div key={at} className="tool">
          <div className="columns">
            <Field
              label={text('acquisition.tool_name')}
              value={tool.name}
              onChange={(name) => set(at, { name })}
              dir="auto"
              required
            />
            <Field
              label={text('acquisition.tool_version')}
              value={tool.version}
              onChange={(version) => set(at, { version })}
              dir="auto"
              required
            />
          </div>
          <Field
            label={text('acquisition.tool_settings')}
            hint={text('acquisition.tool_settings.hint')}
            value={tool.settings}
            onChange={(settings) => set(at, { settings })}
            lines={2}
            dir="auto"
          />
          <Button
            className="button"
            aria-label={`${text('intake.remove')}: ${tool.name || at + 1}`}
            onPress={() => onChange(tools.filter((_, index) => index !== at))}
          >
            {text('intake.remove')}
          </Button>
        </div>
      ))}
      <p>
        <Button
          className="button"
          onPress={() => onChange([...tools, { name: '', version: '', settings: '' }])}
        >
          {text('acquisition.add_tool')}
        </Button>
      </p>
    </fieldset>
  );
}
