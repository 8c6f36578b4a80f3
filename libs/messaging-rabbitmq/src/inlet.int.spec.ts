import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Recorder, untilAnswered } from '@waybill/test-kit';
import { TestBroker, subscriptionOf } from './testing/test-broker.js';

describe('the inlet of a RabbitMQ subscription', () => {
  let rabbit: TestBroker;
  let recorder: Recorder;
  beforeEach(async () => {
    rabbit = await TestBroker.open();
    recorder = new Recorder();
  });
  afterEach(() => rabbit.close());

  const controls = () => recorder.deliveries.filter(({ origin }) => origin.via === 'inlet');
  const ways = () => recorder.deliveries.map(({ origin }) => origin.via);
  const textsVia = (via: string) => recorder.texts.filter((_, index) => ways()[index] === via);
  const send = (queue: string, ...texts: string[]) =>
    texts.forEach((text) => rabbit.send(queue, Buffer.from(text)));

  it('gives one control message at a time, whatever the queue holds in hand', async () => {
    const subscription = await rabbit.subscription({ prefetch: 2 });
    send(subscription.name, 'a', 'b', 'c');
    send(`${subscription.name}.inlet`, 'first', 'second');
    await rabbit.adapter().consumer(subscription, recorder.take).start();

    await recorder.atLeast(3);
    expect(textsVia('address')).toEqual(['a', 'b']);
    expect(textsVia('inlet')).toEqual(['first']);

    const [control] = controls();
    expect(control!.origin.address).toBe(`${subscription.name}.inlet`);
    await control!.done();
    await recorder.atLeast(4);
    expect(textsVia('inlet')).toEqual(['first', 'second']);
  });

  it('sets an unreadable control message aside with the dead letters of the queue', async () => {
    const subscription = await rabbit.subscription();
    send(`${subscription.name}.inlet`, 'nonsense');
    await rabbit.adapter().consumer(subscription, recorder.take).start();

    const [control] = await recorder.atLeast(1);
    expect(await control!.deadLetter({ 'waybill-failure-reason': 'unreadable' })).toBe(true);
    expect((await rabbit.next(`${subscription.name}.dlq`)).content.toString()).toBe('nonsense');
  });

  it('is waited for, and until it is there nothing is taken from the queue', async () => {
    const subscription = await rabbit.subscription();
    const inlet = `${subscription.name}.inlet`;
    await rabbit.channel.deleteQueue(inlet);
    send(subscription.name, 'patient');
    const starting = rabbit.adapter().consumer(subscription, recorder.take).start();
    await untilAnswered(() =>
      rabbit.events.find((event) => event.kind === 'connection' && event.state === 'lost'),
    );

    await rabbit.queue(undefined, inlet);
    await starting;
    const [delivery] = await recorder.atLeast(1);
    expect(recorder.deliveries).toHaveLength(1);
    expect(delivery!.origin).toEqual({ address: subscription.name, redelivered: false, via: 'address' });
  });

  it('stops and closes with its queue: what is unsettled goes back', async () => {
    const subscription = await rabbit.subscription();
    const inlet = `${subscription.name}.inlet`;
    send(subscription.name, 'a');
    send(inlet, 'control');
    const consumer = rabbit.adapter().consumer(subscription, recorder.take);
    await consumer.start();
    await recorder.atLeast(2);

    await consumer.stopTaking();
    await Promise.all(controls().map((control) => control.done()));
    await untilAnswered(
      async () => (await rabbit.channel.checkQueue(inlet)).consumerCount === 0 || undefined,
    );
    await consumer.close();
    await untilAnswered(async () => (await rabbit.depth(subscription.name)) === 1 || undefined);
  });

  it('does not exist for a terminal reader', async () => {
    const queue = await rabbit.queue();
    send(queue, 'any');
    await rabbit.adapter().consumer(subscriptionOf(queue), recorder.take).start();
    await recorder.atLeast(1);
    expect(ways()).toEqual(['address']);
  });
});

describe('what waits for a RabbitMQ subscription', () => {
  let rabbit: TestBroker;
  beforeEach(async () => void (rabbit = await TestBroker.open()));
  afterEach(() => rabbit.close());

  it('is what its queue and its inlet hold and nobody has in hand', async () => {
    const subscription = await rabbit.subscription({ prefetch: 1 });
    const recorder = new Recorder();
    const consumer = rabbit.adapter().consumer(subscription, recorder.take);
    expect(await consumer.waiting()).toBeUndefined();
    await consumer.start();
    for (const queue of [subscription.name, `${subscription.name}.inlet`])
      for (const text of ['in hand', 'waits']) rabbit.send(queue, Buffer.from(text));
    await recorder.atLeast(2);

    await untilAnswered(async () => (await consumer.waiting()) === 2 || undefined);
    expect(recorder.deliveries.every(({ current }) => current)).toBe(true);
  });

  it('is unknown while the broker says nothing, and asking disturbs nothing in hand', async () => {
    const subscription = await rabbit.subscription();
    const [proxy, recorder] = [await rabbit.proxy(), new Recorder()];
    rabbit.send(subscription.name, Buffer.from('in hand'));
    const consumer = rabbit.adapter({ url: proxy.url }).consumer(subscription, recorder.take);
    await consumer.start();
    const [delivery] = await recorder.atLeast(1);

    proxy.holdAnswers();
    expect(await consumer.waiting()).toBeUndefined();
    proxy.pass();
    expect(await consumer.waiting()).toBe(0);
    expect(delivery!.current).toBe(true);
  });

  it('is unknown when the connection is lost while asking', async () => {
    const subscription = await rabbit.subscription();
    const proxy = await rabbit.proxy();
    const consumer = rabbit.adapter({ url: proxy.url }).consumer(subscription, new Recorder().take);
    await consumer.start();

    proxy.holdAnswers();
    const asked = consumer.waiting();
    proxy.refuse();
    expect(await asked).toBeUndefined();
  });
});
