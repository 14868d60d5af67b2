#!/usr/bin/env python3
"""page.py CHROMIUM FILE - opens an HTML report in a headless Chromium and uses it as a reader with a keyboard would.

Prints TAP. Speaks the DevTools protocol over a pair of pipes, with the standard library alone.
"""
import base64, json, os, pathlib, shutil, subprocess, sys, tempfile

FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
         '--disable-background-networking', '--disable-component-update', '--remote-debugging-pipe']


class Browser:
    def __init__(self, program):
        self.profile = tempfile.mkdtemp()
        to_r, self.to = os.pipe()
        self.back, back_w = os.pipe()

        def wire():  # the browser reads from descriptor 3 and writes to 4
            os.dup2(to_r, 13), os.dup2(back_w, 14)
            os.dup2(13, 3), os.dup2(14, 4)
            os.set_inheritable(3, True), os.set_inheritable(4, True)
        self.process = subprocess.Popen([program, *FLAGS, '--user-data-dir=' + self.profile], preexec_fn=wire,
                                        close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.number, self.rest, self.events, self.session = 0, b'', [], None
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']

    def read(self):
        while b'\0' not in self.rest:
            self.rest += os.read(self.back, 1 << 16)
        text, self.rest = self.rest.split(b'\0', 1)
        return json.loads(text)

    def call(self, method, **params):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.to, json.dumps(message).encode() + b'\0')
        while True:
            answer = self.read()
            if answer.get('id') == self.number:
                assert 'error' not in answer, answer
                return answer['result']
            self.events.append(answer)

    def wait(self, event):
        while not any(e.get('method') == event for e in self.events):
            self.events.append(self.read())

    def run(self, script):
        value = self.call('Runtime.evaluate', expression=script, returnByValue=True)
        assert 'exceptionDetails' not in value, value
        return value['result'].get('value')

    def key(self, name, text=''):
        for kind in ('keyDown', 'keyUp'):
            self.call('Input.dispatchKeyEvent', type=kind, key=name, code=name, text=text if kind == 'keyDown' else '',
                      windowsVirtualKeyCode={'Enter': 13, 'Tab': 9}.get(name, 0))

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def open_page(browser, url, width=1280, script=True):
    browser.events.clear()
    for domain in ('Page', 'Runtime', 'Log', 'Network'):
        browser.call(domain + '.enable')
    browser.call('Emulation.setScriptExecutionDisabled', value=not script)
    browser.call('Emulation.setDeviceMetricsOverride', width=width, height=900, deviceScaleFactor=1, mobile=False)
    browser.call('Page.navigate', url=url)
    browser.wait('Page.loadEventFired')


def main(program, path):
    url, failed, number = pathlib.Path(path).resolve().as_uri(), 0, 0
    browser = Browser(program)

    def check(good, what):
        nonlocal number, failed
        number, failed = number + 1, failed + (not good)
        print(('ok' if good else 'not ok'), number, '-', what, flush=True)

    def column():
        return browser.run("[...document.querySelectorAll('#cases tbody tr')].filter(r => !r.hidden)"
                           ".map(r => r.cells[1].getAttribute('data-v'))")
    try:
        for width in (1280, 400):
            open_page(browser, url, width)
            check(browser.run('document.documentElement.scrollWidth <= window.innerWidth'), f'fits {width} pixels')
            picture = base64.b64decode(browser.call('Page.captureScreenshot')['data'])
            check(len(picture) > 5000, f'a picture at {width} pixels is not one colour')
        said = [e for e in browser.events if e.get('method') in ('Log.entryAdded', 'Runtime.exceptionThrown',
                                                                 'Runtime.consoleAPICalled')]
        check(not said, 'no message on the console')
        asked = [e['params']['request']['url'] for e in browser.events if e.get('method') == 'Network.requestWillBeSent']
        check(all(u == url or u.startswith('data:') for u in asked), 'nothing is asked for from outside')
        check(browser.run("[...document.images].every(i => i.complete && i.naturalWidth > 0 && i.alt)"),
              'every picture is there and has words')
        rows = browser.run("document.querySelectorAll('#cases tbody tr').length")
        browser.run("document.querySelectorAll('#cases th.k button')[1].focus()")
        browser.key('Enter', '\r')
        values = [float(v) for v in column() if v]
        check(values == sorted(values) and len(values) > 1, 'Enter on the head sorts, the lowest first')
        check(browser.run("document.querySelectorAll('#cases th.k')[1].getAttribute('aria-sort')") == 'ascending',
              'the head says how it is sorted')
        check('rising' in browser.run("document.getElementById('say').textContent"), 'and so does the status')
        browser.key('Enter', '\r')
        values = [float(v) for v in column() if v]
        check(values == sorted(values, reverse=True), 'Enter again turns the order')
        empty = [v == '' for v in column()]
        check(empty == sorted(empty), 'undefined values stand last')
        browser.run("document.getElementById('find').focus()")
        for letter in '04':
            browser.key(letter, letter)
        check(len(column()) == 1, 'typing 04 leaves one row')
        pdf = base64.b64decode(browser.call('Page.printToPDF')['data'])
        check(pdf.startswith(b'%PDF') and len(pdf) > 10000, 'the page can be printed')
        open_page(browser, url, script=False)
        check(browser.call('DOM.getDocument', depth=0) is not None, 'the page opens without its script')
        root = browser.call('DOM.getDocument', depth=0)['root']['nodeId']

        def count(selector):
            return len(browser.call('DOM.querySelectorAll', nodeId=root, selector=selector)['nodeIds'])
        check(count('#cases tbody tr') == rows, 'as many rows without the script')
        check(count('#cases th button') == 0 and count('#tools[hidden]') == 1, 'and no tools that would not work')
    finally:
        browser.close()
    print(f'1..{number}')
    return 1 if failed else 0


sys.exit(main(*sys.argv[1:]))
