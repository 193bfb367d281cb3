/** Where the window is: a place of the rail and its parameters, kept in the address after `#/`. */

export const places = [
  'today',
  'members',
  'communities',
  'chapters',
  'meetings',
  'mail',
  'door',
  'conflicts',
  'network',
  'settings',
] as const;
export type Place = (typeof places)[number];
export type Params = Record<string, string>;

export interface Route {
  place: Place;
  params: Params;
}

/** Reads "members?ends=60&id=…"; an unknown place is Today. */
export function parseRoute(text: string): Route {
  const [path = '', query = ''] = text.replace(/^#?\/?/, '').split('?', 2);
  const place = places.find((known) => known === path) ?? 'today';
  return { place, params: Object.fromEntries(new URLSearchParams(query)) };
}

export function formatRoute({ place, params }: Route): string {
  const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value !== '')).toString();
  return query ? `${place}?${query}` : place;
}

class Router {
  route = $state<Route>({ place: 'today', params: {} });
  #followed = '';
  /** Told of each move, to remember the last place. */
  moved: (route: Route) => void = () => {};

  get place(): Place {
    return this.route.place;
  }

  get params(): Params {
    return this.route.params;
  }

  /** Follows the address from now on. With no address yet it goes to the place remembered. */
  start(last: string): void {
    window.addEventListener('hashchange', () => this.#read());
    if (location.hash.length < 3) location.replace(`#/${formatRoute(parseRoute(last))}`);
    this.#read();
  }

  /** Goes to "members?id=…", leaving a step to go back to. */
  go(to: string): void {
    location.hash = `#/${formatRoute(parseRoute(to))}`;
  }

  /** Notes parameters of the present place without a step back, as while typing. */
  note(params: Params): void {
    // A link that was just followed is not read yet: a late answer must not write over it.
    if (location.hash !== this.#followed) return;
    const route = { place: this.place, params };
    history.replaceState(null, '', `#/${formatRoute(route)}`);
    this.#followed = location.hash;
    this.route = route;
    this.moved(route);
  }

  #read(): void {
    this.#followed = location.hash;
    this.route = parseRoute(this.#followed);
    this.moved(this.route);
  }
}

export const router = new Router();
