export interface DeliveryState {
  readonly state: 'handled' | 'waiting' | 'parked' | 'dead' | 'unknown';
  readonly parkedBehind?: string;
}

/** What a service says of one message. */
export class DeliveriesApi {
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async find(subscription: string, messageId: string): Promise<DeliveryState> {
    const response = await fetch(`${this.url}/deliveries/${subscription}/${messageId}`);
    if (!response.ok) throw new Error(`deliveries of ${subscription} answer with ${response.status}`);
    return (await response.json()) as DeliveryState;
  }
}
