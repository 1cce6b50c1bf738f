import { clock, counted, h, number, say, short, span, sync, words } from './dom.js';
import { store } from './store.js';

/** A table whose rows are kept while their key stays. */
function table(caption, columns) {
  const body = h('tbody');
  const element = h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h('table', {},
      h('caption', { class: 'unseen' }, caption),
      h('thead', {}, h('tr', {}, ...columns.map(column => h('th', { scope: 'col' }, column)))),
      body));
  const row = () => h('tr', {}, h('th', { scope: 'row' }), ...columns.slice(1).map(() => h('td')));
  return { element, fill: (items, keyOf, cells) => sync(body, items, keyOf, row, (line, item) => {
    cells(item).forEach((text, i) => say(line.children[i], text));
  }) };
}

/** Per application: where it is, and how far L1 has been read. */
class ApplicationTable extends HTMLElement {
  connectedCallback() {
    this.table = table('Applications', [
      'application', 'state', 'consensus', 'current epoch', 'last accepted claim', 'L1 read up to', 'behind head', 'inputs run',
    ]);
    this.note = h('p', { class: 'note' });
    this.append(this.table.element, this.note);
    store.addEventListener('changed', () => this.render());
  }

  render() {
    const summary = store.summary;
    if (!summary) return;
    this.table.fill(summary.applications, app => app.application, app => [
      `${app.application_name} ${short(app.application)}`,
      words(app.state),
      words(app.consensus),
      app.current_epoch === null ? 'none yet' : `#${app.current_epoch} ${words(app.current_state)}`,
      app.accepted_epoch === null ? 'none yet' : `#${app.accepted_epoch} ${short(app.accepted_claim)} at ${clock(app.accepted_at)}`,
      app.read_block === 0 ? 'not yet' : number(app.read_block),
      summary.head === null || app.read_block === 0 ? '–' : counted(Math.max(0, summary.head - app.read_block), 'block'),
      number(app.processed_inputs),
    ]);
    const rest = summary.application_count - summary.applications.length;
    say(this.note, summary.applications.length === 0 ? 'No application is registered.' : rest > 0 ? `${rest} more are not shown.` : '');
  }
}

/** Percentiles of events and of stages. */
class LatencyTables extends HTMLElement {
  connectedCallback() {
    this.events = table('Events, commit to feed', ['event', 'per minute', 'p50', 'p95', 'p99']);
    this.stages = table('Stages of accepted epochs', ['stage', 'left by', 'p50', 'p95', 'epochs']);
    this.append(
      h('div', { class: 'pair' },
        h('div', {}, h('h3', {}, 'Newest events: from the commit to the feed'), this.events.element),
        h('div', {}, h('h3', {}, 'Stages: time that accepted epochs spent there'), this.stages.element)));
    store.addEventListener('changed', () => this.render());
  }

  render() {
    const summary = store.summary;
    if (!summary) return;
    this.events.fill(summary.events.filter(kind => kind.latency), kind => kind.kind, kind => [
      kind.kind, store.rate(kind.per_minute), span(kind.latency.p50), span(kind.latency.p95), span(kind.latency.p99),
    ]);
    this.stages.fill(summary.stages, stage => stage.state, stage => [
      words(stage.state), stage.service, span(stage.duration?.p50), span(stage.duration?.p95), number(stage.duration?.count ?? 0),
    ]);
  }
}

/** What needs an operator. */
class FaultList extends HTMLElement {
  connectedCallback() {
    this.list = h('ul', { class: 'faults' });
    this.append(this.list);
    store.addEventListener('changed', () => this.render());
  }

  render() {
    const faults = store.summary?.faults ?? [];
    document.getElementById('faults').hidden = faults.length === 0;
    sync(this.list, faults, fault => `${fault.application}/${fault.kind}`, () =>
      h('li', {},
        h('h3'),
        h('p'),
        h('p', { class: 'remedy' }, h('strong', {}, 'Remedy: '), h('span')),
        h('p', { class: 'note' })),
    (line, fault) => {
      const [title, reason, remedy, since] = line.children;
      say(title, `${fault.application ?? 'node'}: ${fault.kind}`);
      say(reason, fault.reason);
      say(remedy.lastElementChild, fault.remedy);
      say(since, fault.since ? `since ${clock(fault.since)}` : '');
    });
  }
}

/** The newest events. */
class EventTape extends HTMLElement {
  connectedCallback() {
    this.list = h('ol', { class: 'tape' });
    this.note = h('p', { class: 'note' });
    this.append(this.list, this.note);
    store.addEventListener('changed', () => this.render());
  }

  render() {
    sync(this.list, store.events, event => event.id, event =>
      h('li', {},
        h('time', { datetime: event.occurred_at }, clock(event.occurred_at)),
        h('code', {}, event.kind),
        event.epoch_index === undefined
          ? h('span', {}, event.application_name)
          : h('button', {
            type: 'button',
            class: 'plain',
            onclick: click => document.querySelector('epoch-story').show(event.application, event.epoch_index, click.currentTarget),
          }, `${event.application_name} #${event.epoch_index}`),
        h('span', { class: 'note' }, detail(event))));
    say(this.note, store.events.length === 0 ? 'Nothing has happened since the page was opened.' : '');
  }
}

function detail(event) {
  if (event.kind === 'input.received')
    return event.first_input_index === event.last_input_index
      ? `input ${event.first_input_index}` : `inputs ${event.first_input_index} to ${event.last_input_index}`;
  if (event.transaction_hash) return `transaction ${short(event.transaction_hash)}`;
  return event.reason ?? '';
}

customElements.define('application-table', ApplicationTable);
customElements.define('latency-tables', LatencyTables);
customElements.define('fault-list', FaultList);
customElements.define('event-tape', EventTape);
