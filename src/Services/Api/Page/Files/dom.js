// Elements and texts. Everything is set as text, never as markup: names and reasons come from outside.

/** Makes an element: h('td', { class: 'number' }, text, child...). Properties with a null value are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** Sets a text if it has changed, so that screen readers and selections are left alone otherwise. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Makes the children of an element those of the items, and keeps the ones that are there: the focus stays where it is. */
export function sync(parent, items, keyOf, make, update) {
  const known = new Map([...parent.children].map(child => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = known.get(key);
    known.delete(key);
    if (!child) {
      child = make(item);
      child.dataset.key = key;
    }
    update?.(child, item);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const child of known.values()) child.remove();
}

/** A time span for people: 12 ms, 3.4 s, 5 min. */
export function span(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 0.001) return '<1 ms';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

/** A time of day, with milliseconds; with the date if it is another day. */
export function clock(text) {
  if (!text) return '–';
  const time = new Date(text);
  const day = time.toDateString() === new Date().toDateString() ? '' : `${time.toLocaleDateString()} `;
  return `${day}${time.toLocaleTimeString([], { hour12: false })}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

/** A hash or address, shortened. */
export const short = text => (text && text.length > 14 ? `${text.slice(0, 8)}…${text.slice(-4)}` : text ?? '–');

/** CLAIM_ACCEPTED as claim accepted. */
export const words = text => (text ?? '').toLowerCase().replaceAll('_', ' ');

export const number = value => (value === null || value === undefined ? '–' : Number(value).toLocaleString('en'));

/** A count with its noun, such as "1 block" and "1,200 blocks". */
export const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
