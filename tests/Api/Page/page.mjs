// Opens the live page in Chromium and checks it as a visitor would. node page.mjs ADDRESS SCENARIO FOLDER [TOKEN]
import { strict as assert } from 'node:assert';
import path from 'node:path';
import { chromium } from 'playwright-core';

const [address, scenario, folder, token] = process.argv.slice(2);
const limit = 180_000;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(limit);
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', message => {
    // The browser logs each refused or interrupted request; the page handles them.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) page.complaints.push(message.text());
  });
  page.on('pageerror', error => page.complaints.push(String(error)));
  page.on('request', request => {
    if (!request.url().startsWith(address)) page.complaints.push(`a request to ${request.url()}`);
  });
  await page.goto(address);
  return page;
}

const live = page => page.locator('#link[data-state=live]').waitFor();
const chip = (page, state, name) => page.locator(`.column[data-state=${state}] .chip`, { hasText: name });
const shot = (page, name, options = {}) => page.screenshot({ path: path.join(folder, `${name}.png`), ...options });
const hidden = /^(SCRIPT|STYLE|NOSCRIPT|TITLE)$/;

/** Texts whose contrast with what is behind them is below 4.5. */
const faint = page => page.evaluate(pattern => {
  const skip = new RegExp(pattern);
  const parse = text => (text.match(/[\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(part => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || skip.test(element.tagName)) continue;
    if (!element.checkVisibility() || element.closest('.unseen')) continue;
    const [one, other] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) found.push(`${walker.currentNode.textContent.trim()} (${ratio.toFixed(2)})`);
  }
  return found;
}, hidden.source);

const overflow = page => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** What a screen reader needs: landmarks, one title, names of everything that can be operated, table headers. */
const unnamed = page => page.evaluate(() => {
  const missing = [];
  for (const landmark of ['header', 'nav', 'main']) if (!document.querySelector(landmark)) missing.push(landmark);
  if (document.querySelectorAll('h1').length !== 1) missing.push('one h1');
  if (!document.querySelector('[role=status]')) missing.push('a live region');
  for (const element of document.querySelectorAll('button, a, input'))
    if (!(element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent).trim()) missing.push(element.outerHTML);
  for (const element of document.querySelectorAll('section')) if (!document.getElementById(element.getAttribute('aria-labelledby'))) missing.push(`title of ${element.id}`);
  for (const cell of document.querySelectorAll('th')) if (!cell.scope) missing.push(`scope of ${cell.textContent}`);
  return missing;
});

async function visit() {
  const page = await open();
  await live(page);
  // Faults have their reason and their remedy, as texts.
  const fault = page.locator('.faults li', { hasText: 'GUEST_EXCEPTION' });
  await fault.waitFor();
  assert.match(await fault.textContent(), /input 4 raised an exception.*Remedy: Its own program must be replaced/s);
  assert.equal(await page.locator('main img').count(), 0, 'a reason was read as markup');
  assert.deepEqual(await page.locator('.services h3').allTextContents(), ['evm-reader', 'advancer', 'validator', 'claimer', 'prt', 'lifecycle', 'api']);
  await page.locator('.service[data-name=api] .health', { hasText: /healthy/ }).waitFor();
  await page.locator('.service[data-name=claimer] .health', { hasText: /unknown/ }).waitFor();
  // Services in other processes, by what they report.
  const validator = page.locator('.service[data-name=validator]', { hasText: 'healthy, 2 processes' });
  await validator.waitFor();
  assert.match(await validator.textContent(), /p95250 ms.*by event14by sync1/);
  await page.locator('.service[data-name=advancer] .why', { hasText: /No report for \d+ s: is the process running\? Start it again/ }).waitFor();
  await page.locator('.service[data-name=evm-reader] .why', { hasText: 'l1: The endpoint does not answer. Check Ethereum:HttpEndpoint.' }).waitFor();
  await page.locator('.faults li', { hasText: 'node: advancer' }).waitFor();
  await chip(page, 'CLAIM_ACCEPTED', 'echo #3').waitFor();
  assert.match(await page.locator('application-table tbody tr', { hasText: 'echo' }).textContent(), /#7 closed|#7 open/);

  // The test closes epoch 7 on the bus.
  await chip(page, 'CLOSED', 'echo #7').waitFor();
  assert.equal(await chip(page, 'OPEN', 'echo #7').count(), 0);
  await page.locator('.tape li', { hasText: 'epoch.closed' }).waitFor();
  await page.locator('latency-tables tbody tr', { hasText: 'epoch.closed' }).waitFor();
  await shot(page, 'light');

  // The story, with the keyboard alone.
  const accepted = chip(page, 'CLAIM_ACCEPTED', 'echo #3');
  await accepted.focus();
  await page.keyboard.press('Enter');
  await page.locator('dialog[open] .line li', { hasText: 'claim accepted' }).waitFor();
  assert.equal(await page.locator('dialog .line li').count(), 6);
  // Of the two versions L1 has the earlier one: its hash, its block and what it cost.
  const [{ hash, mined }] = (await (await fetch(`${address}epochs/echo/3`)).json()).transactions;
  assert.notEqual(mined.hash, hash);
  const sent = await page.locator('dialog .transactions').textContent();
  assert.match(sent, /confirmed.*sent at block 40, cost 0\.0000750 ether in block 44: 50,000 gas at 1\.5 gwei/s);
  assert.match(sent, /, replaced once, L1 mined an earlier version/);
  assert.ok(sent.includes(mined.hash) && !sent.includes(hash) && !sent.includes('at most'), sent);
  const stages = await page.locator('dialog .line li').allTextContents();
  assert.match(stages[0], /begin, by a signal/);
  assert.match(stages[1], /after 1\.0 s$/);
  assert.match(stages[3], /after 1\.0 s, by an event/);
  assert.match(stages[5], /after 1\.0 s, by the fallback sync/);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Close');
  assert.deepEqual(await faint(page), []);
  await shot(page, 'story');
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  assert.match(await page.evaluate(() => document.activeElement.textContent), /echo #3/);
  assert.deepEqual(await unnamed(page), []);
  assert.deepEqual(await faint(page), []);

  const dark = await open({ colorScheme: 'dark' });
  await live(dark);
  await dark.locator('.chip').first().waitFor();
  assert.deepEqual(await faint(dark), []);
  await shot(dark, 'dark');
  const phone = await open({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  await live(phone);
  await phone.locator('.chip').first().waitFor();
  assert.ok((await overflow(phone)) <= 0, 'the page is wider than the phone');
  await shot(phone, 'phone', { fullPage: true });
  await chip(phone, 'CLAIM_ACCEPTED', 'echo #3').tap();
  await phone.locator('dialog[open] .line').waitFor();
  assert.ok((await overflow(phone)) <= 0, 'the story is wider than the phone');
  await shot(phone, 'phone-story');
  await phone.context().close();
  await dark.context().close();

  // The test stops the node, closes more, and starts it again.
  console.log('restart');
  await page.locator('#link[data-state=waiting]').waitFor();
  await live(page);
  await chip(page, 'CLAIM_CALCULATED', 'echo #7').waitFor();
  await page.locator('.tape li', { hasText: 'epoch.claim_calculated' }).waitFor();
  // What was sent before and after the interruption is there once.
  assert.equal(await page.locator('.tape li', { hasText: 'epoch.closed' }).count(), 1);
  assert.equal(await page.locator('.tape li', { hasText: 'epoch.inputs_processed' }).count(), 1);
  assert.deepEqual(page.complaints, []);
}

async function board() {
  const page = await open();
  await live(page);
  const column = state => page.locator(`.column[data-state=${state}]`);
  const check = async () => {
    // Long before the page was opened.
    await chip(page, 'CLAIM_REJECTED', 'lost #0').waitFor();
    assert.equal(await column('CLAIM_REJECTED').locator('.count').textContent(), '1');
    assert.equal(await column('CLOSED').locator('.count').textContent(), '1,000+');
    assert.equal(await column('CLOSED').locator('.more').textContent(), 'the oldest 12 of 1,000+');
    assert.equal(await column('CLOSED').locator('.chip strong').first().textContent(), 'stuck #0');
    assert.equal(await column('CLAIM_SUBMITTED').locator('.count').textContent(), '3');
    assert.equal(await column('CLAIM_SUBMITTED').locator('.more').textContent(), '');
    assert.equal(await column('CLAIM_ACCEPTED').locator('.more').textContent(), 'none');
  };
  await check();
  // An event's rejection stays when the summary comes in which the epoch is rejected too.
  console.log('reject');
  await chip(page, 'CLAIM_REJECTED', 'waits #1').waitFor();
  for (let refreshed = 0; refreshed < 2; refreshed++) await page.waitForResponse(answer => answer.url().endsWith('/pipeline'));
  await chip(page, 'CLAIM_REJECTED', 'waits #1').waitFor();
  assert.match(await chip(page, 'CLAIM_REJECTED', '').first().textContent(), /waits #1/);
  assert.equal(await column('CLAIM_SUBMITTED').locator('.count').textContent(), '2');
  assert.deepEqual(await faint(page), []);
  assert.ok((await overflow(page)) <= 0, 'the board is wider than the page');
  await shot(page, 'board', { fullPage: true });
  assert.deepEqual(page.complaints, []);
}

async function enter() {
  const page = await open();
  await page.locator('#access').waitFor();
  assert.deepEqual(await faint(page), []);
  await page.getByLabel('This node asks for its API token').fill('wrong');
  await page.keyboard.press('Enter');
  await page.locator('#link[data-state=refused]').waitFor();
  await page.getByLabel('This node asks for its API token').fill(token);
  await page.keyboard.press('Enter');
  await live(page);
  assert.equal(await page.locator('#access').isVisible(), false);
  assert.deepEqual(page.complaints, []);
}

try {
  await { visit, board, enter }[scenario]();
  console.log('done');
} finally {
  await browser.close();
}
