import { counted, h, number, say, span, sync } from './dom.js';
import { producer, store } from './store.js';

const jobs = {
  'evm-reader': 'reads inputs and blocks from L1',
  advancer: 'runs the inputs in the machine',
  validator: 'proves the outputs, makes the claim',
  claimer: 'claims on L1 (Authority, Quorum)',
  prt: 'plays the tournament on L1 (PRT)',
  lifecycle: 'keeps the story of every epoch',
  api: 'answers queries, serves this page',
};

const order = ['evm-reader', 'advancer', 'validator', 'claimer', 'prt', 'lifecycle', 'api'];
const icons = { HEALTHY: '●', DEGRADED: '▲', UNHEALTHY: '■', SILENT: '◌', UNKNOWN: '○' };

/** The services in the order in which an epoch passes them. */
class PipelinePicture extends HTMLElement {
  connectedCallback() {
    this.list = h('ol', { class: 'services', 'aria-label': 'Services' });
    this.chain = h('div', { class: 'service chain' },
      h('h3', {}, 'L1'),
      h('p', { class: 'job' }, 'the chain that the node reads and claims on'),
      h('dl', {}, h('dt', {}, 'newest block'), h('dd'), h('dt', {}, 'inputs read up to'), h('dd'), h('dt', {}, 'behind'), h('dd')));
    this.note = h('p', { class: 'note' });
    this.append(h('div', { class: 'picture' }, this.list, this.chain), this.note);
    store.addEventListener('changed', () => this.render());
    store.addEventListener('happened', event => this.pulse(event.detail));
  }

  render() {
    const summary = store.summary;
    if (!summary) return;
    const services = order.map(name => summary.services.find(service => service.name === name)).filter(Boolean);
    sync(this.list, services, service => service.name, make, update);
    const read = summary.applications.filter(app => app.read_block > 0).map(app => app.read_block);
    const least = read.length ? Math.min(...read) : null;
    const [newest, last, behind] = this.chain.querySelectorAll('dd');
    say(newest, number(summary.head));
    say(last, number(least));
    say(behind, summary.head === null || least === null ? '–' : counted(Math.max(0, summary.head - least), 'block'));
    const waiting = summary.outbox_pending;
    const unknown = services.filter(service => !service.is_here && !service.reported_at).length;
    say(
      this.note,
      [
        waiting === null ? '' : `${waiting ? counted(waiting, 'message') : 'No message'} ${waiting > 1 ? 'wait' : 'waits'} in the outbox.`,
        unknown
          ? `${counted(unknown, 'service')} ${unknown === 1 ? 'has' : 'have'} reported no figures to the database. `
            + `${unknown === 1 ? 'Does it' : 'Do they'} run?`
          : '',
        services.some(service => service.queue_depth !== null) ? '' : 'Queue depths need RabbitMQ with its management API.',
      ].filter(Boolean).join(' '),
    );
  }

  /** Shows which service has just acted. */
  pulse({ kind }) {
    const card = this.list.querySelector(`[data-key="${producer[kind] ?? 'evm-reader'}"]`);
    if (!card) return;
    card.classList.remove('active');
    // Begins the animation anew.
    void card.offsetWidth;
    card.classList.add('active');
  }
}

function make(service) {
  const row = label => [h('dt', {}, label), h('dd', {})];
  return h('li', { class: 'service', 'data-name': service.name },
    h('h3', {}, service.name),
    h('p', { class: 'health' }, h('span', { 'aria-hidden': 'true' }), h('span', {})),
    h('p', { class: 'why' }),
    h('p', { class: 'job' }, jobs[service.name] ?? ''),
    h('dl', {}, ...row('events / min'), ...row('queue'), ...row('latency p50'), ...row('p95'), ...row('by event'), ...row('by sync')));
}

function update(card, service) {
  card.dataset.health = service.health;
  const [icon, word] = card.querySelector('.health').children;
  say(icon, icons[service.health] ?? '○');
  say(word, ` ${service.health.toLowerCase()}${service.processes > 1 ? `, ${service.processes} processes` : ''}`);
  const why = service.health === 'HEALTHY' ? [] : [service.reason, service.remedy];
  say(card.querySelector('.why'), why.filter(Boolean).join(' '));
  const values = card.querySelectorAll('dd');
  say(values[0], store.rate(service.per_minute));
  say(values[1], number(service.queue_depth));
  say(values[2], span(service.latency?.p50));
  say(values[3], span(service.latency?.p95));
  say(values[4], number(service.found_by_event));
  say(values[5], number(service.found_by_sync));
  card.classList.toggle('late', (service.found_by_sync ?? 0) > 0);
}

customElements.define('pipeline-picture', PipelinePicture);
