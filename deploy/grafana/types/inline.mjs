// Writes each dashboard as a TypeScript literal of Grafana's types: of a JSON import, TypeScript
// would know only that a string is a string, and take any for "stat" or "instant".
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const RAW = '@grafana/schema/dist/esm/raw/composable';
// Grafana publishes the types of Prometheus' queries with its own up to 10 only.
const QUERIES = 'grafana-schema-10/dist/esm/raw/composable';
const OPTIONS = { stat: 'Stat', table: 'Table', piechart: 'PieChart' };
const LINES = 'TimeSeries';
const from = new URL('../dashboards/', import.meta.url);
const to = new URL('./build/', import.meta.url);

const panelTypes = [...Object.entries(OPTIONS), ['timeseries', LINES]]
  .map(([type, name]) => `import type * as ${type} from '${RAW}/${type}/panelcfg/x/${name}PanelCfg_types.gen';`)
  .join('\n');
const head = `import type { Dashboard, GraphFieldConfig, Panel, RowPanel, VariableModel } from '@grafana/schema';
import type { PrometheusDataQuery } from '${QUERIES}/prometheus/dataquery/x/PrometheusDataQuery_types.gen';
${panelTypes}
`;

rmSync(to, { recursive: true, force: true });
mkdirSync(to);
for (const file of readdirSync(from).filter((name) => name.endsWith('.json'))) {
  const dashboard = JSON.parse(readFileSync(new URL(file, from), 'utf8'));
  const text = (value) => JSON.stringify(value, null, 1);
  const lines = [head];
  // Grafana's enumerations are names in its types and strings in its files.
  const loose = (type) => `Loose<${type}>`;
  lines.push(
    "type Loose<T> = T extends string ? `${T}` : T extends number ? (`${T}` extends `${infer N extends number}` ? N : never)",
    "  : T extends (infer E)[] ? Loose<E>[] : T extends object ? { [K in keyof T]: Loose<T[K]> } : T;",
  );
  lines.push(`const whole: ${loose('Dashboard')} = ${text(dashboard)};`, 'void whole;');
  dashboard.panels.forEach((panel, number) => {
    const type = panel.type === 'row' ? 'RowPanel' : 'Panel';
    lines.push(`const panel${number}: ${loose(type)} = ${text(panel)};`, `void panel${number};`);
    if (panel.type === 'row') return;
    const options = `Partial<${panel.type}.Options>`;
    lines.push(`const options${number}: ${loose(options)} = ${text(panel.options)};`, `void options${number};`);
    const custom = panel.fieldConfig.defaults.custom;
    if (custom !== undefined) {
      lines.push(`const custom${number}: ${loose('GraphFieldConfig')} = ${text(custom)};`, `void custom${number};`);
    }
    panel.targets.filter((target) => 'expr' in target).forEach((target, index) => {
      const name = `target${number}_${index}`;
      lines.push(`const ${name}: ${loose('PrometheusDataQuery')} = ${text(target)};`, `void ${name};`);
    });
  });
  (dashboard.templating.list ?? []).forEach((variable, number) => {
    lines.push(`const variable${number}: ${loose('VariableModel')} = ${text(variable)};`, `void variable${number};`);
  });
  writeFileSync(new URL(file.replace('.json', '.ts'), to), `${lines.join('\n')}\nexport {};\n`);
}
