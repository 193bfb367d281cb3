export namespace desktop {
	
	export interface AfterRow {
	    member: string;
	    name: string;
	    community: string;
	    role: string;
	    stays: string;
	    minutes: number;
	    present: boolean;
	    marks: string[];
	    sources: string;
	    notes: number;
	}
	export interface NoteRow {
	    id: string;
	    member: string;
	    name: string;
	    community: string;
	    code: string;
	    kind: string;
	    at: string;
	    text: string;
	    settled: string;
	}
	export interface OverPoint {
	    at: string;
	    label: string;
	    inside: number;
	}
	export interface TallyRow {
	    name: string;
	    people: number;
	    minutes: number;
	}
	export interface TallyGroup {
	    kind: string;
	    title: string;
	    rows: TallyRow[];
	}
	export interface FigureView {
	    key: string;
	    label: string;
	    value: number;
	}
	export interface AfterView {
	    id: string;
	    title: string;
	    when: string;
	    ended: boolean;
	    came: string;
	    closed: string;
	    rule: string;
	    ruleAt: string;
	    until: string;
	    figures: FigureView[];
	    groups: TallyGroup[];
	    over: OverPoint[];
	    notes: NoteRow[];
	    waiting: number;
	    online: boolean;
	}
	export interface AnswersDue {
	    for: string;
	    name: string;
	    when: string;
	    confirm: number;
	    decline: number;
	}
	export interface Attended {
	    meeting: string;
	    label: string;
	    share: number;
	}
	export interface Named {
	    id: string;
	    name: string;
	}
	export interface AudienceCondition {
	    name: string;
	    title: string;
	    values: Named[];
	    people: boolean;
	    day: boolean;
	}
	export interface AudienceNode {
	    depth: number;
	    op: string;
	    name: string;
	    values: string[];
	}
	export interface AudiencePreset {
	    name: string;
	    title: string;
	    rule: string;
	    nodes: AudienceNode[];
	}
	export interface AudienceChoices {
	    presets: AudiencePreset[];
	    conditions: AudienceCondition[];
	}
	
	
	
	export interface AudienceView {
	    rule: string;
	    text: string;
	    preset: string;
	    nodes: AudienceNode[];
	    eligible: number;
	    notEligible: number;
	    unknown: number;
	    said: string;
	}
	export interface BadgeFormat {
	    name: string;
	    title: string;
	    w: number;
	    h: number;
	    cellW: number;
	    cellH: number;
	    left: number;
	    top: number;
	    dx: number;
	    dy: number;
	    cols: number;
	    rows: number;
	}
	export interface BadgeOrder {
	    meeting: string;
	    who: string;
	    members: string[];
	    format: string;
	    sort: string;
	    skip: number;
	}
	export interface BadgeRow {
	    id: string;
	    name: string;
	    community: string;
	    printed: boolean;
	}
	export interface BadgePlan {
	    people: number;
	    pages: number;
	    text: string;
	    first: BadgeRow[];
	}
	
	export interface CandidateShort {
	    member: string;
	    name: string;
	    detail: string;
	}
	export interface HistoryLine {
	    change: string;
	    field: string;
	    from: string;
	    to: string;
	    when: string;
	    who: string;
	    office: string;
	    canUndo: boolean;
	}
	export interface MeetingRow {
	    id: string;
	    title: string;
	    day: string;
	    start: string;
	    dayText: string;
	    timeText: string;
	    endText: string;
	    city: string;
	    times: string;
	    chapter: string;
	    chapterId: string;
	    mode: string;
	    place: string;
	    status: string;
	    people: string;
	    past: boolean;
	    series: string;
	    moved: boolean;
	    parent: string;
	    room: string;
	    allDay: boolean;
	    lastDay: string;
	    month: string;
	}
	export interface Registered {
	    places: number;
	    taken: number;
	    free: number;
	    waiting: number;
	    asking: number;
	    text: string;
	}
	export interface ChapterDetail {
	    id: string;
	    name: string;
	    nameEn: string;
	    nameFr: string;
	    kind: string;
	    audience: string;
	    zone: string;
	    members: number;
	    audienceText: string;
	    registered: Registered;
	    coming: MeetingRow[];
	    history: HistoryLine[];
	}
	export interface ChapterRow {
	    id: string;
	    name: string;
	    kind: string;
	    members: number;
	    zone: string;
	    city: string;
	    audience: string;
	    next: string;
	}
	export interface ChartBar {
	    label: string;
	    value: number;
	}
	export interface Chart {
	    title: string;
	    bars: ChartBar[];
	    left: string;
	    right: string;
	}
	
	export interface Choice {
	    value: string;
	    label: string;
	}
	export interface ClockSaid {
	    text: string;
	    tone: string;
	}
	export interface MemberRow {
	    id: string;
	    family: string;
	    given: string;
	    title: string;
	    email: string;
	    community: string;
	    province: string;
	    role: string;
	    marks: Record<string, Array<Mark>>;
	}
	export interface CommunityDetail {
	    id: string;
	    name: string;
	    nameFr: string;
	    kind: string;
	    kindText: string;
	    organization: string;
	    province: string;
	    country: string;
	    zone: string;
	    localTime: string;
	    external: string;
	    members: MemberRow[];
	    history: HistoryLine[];
	}
	export interface Mark {
	    from: number;
	    to: number;
	}
	export interface CommunityRow {
	    id: string;
	    name: string;
	    other: string;
	    kind: string;
	    province: string;
	    members: number;
	    marks: Mark[];
	}
	export interface CommunityPage {
	    rows: CommunityRow[];
	    offset: number;
	    total: number;
	    all: number;
	}
	
	export interface ConflictValue {
	    text: string;
	    who: string;
	    office: string;
	    device: string;
	    when: string;
	    mine: boolean;
	    delete: boolean;
	}
	export interface ConflictRow {
	    id: string;
	    kind: string;
	    record: string;
	    title: string;
	    field: string;
	    deleted: boolean;
	    was: string;
	    values: ConflictValue[];
	}
	
	export interface ConsentView {
	    state: string;
	    text: string;
	    note: string;
	}
	export interface DoorArrival {
	    name: string;
	    community: string;
	    role: string;
	    email: string;
	    nonce: string;
	}
	export interface DoorCount {
	    name: string;
	    n: number;
	}
	export interface DoorHit {
	    member: string;
	    name: string;
	    marks: Mark[];
	    detail: string;
	    role: string;
	    inside: boolean;
	}
	export interface DoorLine {
	    scan: string;
	    name: string;
	    kind: string;
	    text: string;
	    undone: boolean;
	}
	export interface RoleCount {
	    role: string;
	    n: number;
	}
	export interface DoorSeen {
	    name: string;
	    text: string;
	}
	export interface DoorRoom {
	    meeting: string;
	    name: string;
	    title: string;
	    time: string;
	    now: boolean;
	    over: boolean;
	    soon: boolean;
	}
	export interface DoorState {
	    meeting: string;
	    title: string;
	    station: string;
	    stations: string[];
	    room: string;
	    rooms: DoorRoom[];
	    clock: string;
	    clockNote: string;
	    link: string;
	    linkTone: string;
	    doors: DoorSeen[];
	    present: number;
	    places: number;
	    crowd: string;
	    crowdText: string;
	    expected: number;
	    presentText: string;
	    roles: RoleCount[];
	    chapters: DoorCount[];
	    languages: DoorCount[];
	    last: DoorLine[];
	    practice: boolean;
	    tried: number;
	}
	export interface DoorResult {
	    tone: string;
	    title: string;
	    name: string;
	    line: string;
	    why: string;
	    advice: string;
	    notes: string[];
	    member: string;
	    badge: boolean;
	    scan: string;
	    state: DoorState;
	}
	
	export interface DoorSeat {
	    station: string;
	    room: string;
	    noted: string;
	}
	
	
	export interface MemberDetail {
	    id: string;
	    given: string;
	    family: string;
	    email: string;
	    phone: string;
	    role: string;
	    title: string;
	    communityId: string;
	    community: string;
	    province: string;
	    language: string;
	    termStart: string;
	    termEnd: string;
	    mandate: string;
	    zone: string;
	    localTime: string;
	    office: string;
	    officeId: string;
	    notes: string;
	    chapters: Named[];
	    consent: ConsentView;
	    conflicts: number;
	    attendance: Attended[];
	    attended: string;
	    history: HistoryLine[];
	    keptBy: string;
	    access: string;
	    canEdit: boolean;
	    canMove: boolean;
	    canErase: boolean;
	}
	export interface DuplicatePair {
	    a: MemberDetail;
	    b: MemberDetail;
	    why: string;
	}
	export interface Erasing {
	    name: string;
	    consequences: string[];
	}
	export interface ReceiptRow {
	    coordinator: string;
	    office: string;
	    when: string;
	}
	export interface ErasureRow {
	    key: string;
	    when: string;
	    reason: string;
	    by: string;
	    text: string;
	    signed: number;
	    all: number;
	    whole: boolean;
	    receipts: ReceiptRow[];
	}
	export interface Failure {
	    code: string;
	    text: string;
	}
	
	export interface ForumState {
	    tone: string;
	    text: string;
	    todo: string;
	}
	export interface ForumLaptop {
	    device: string;
	    who: string;
	    office: string;
	    mine: boolean;
	    door: string;
	    room: string;
	    data: ForumState;
	    clock: ForumState;
	    power: ForumState;
	    rehearsal: ForumState;
	    mayRight: boolean;
	}
	
	export interface ForumView {
	    meeting: string;
	    title: string;
	    when: string;
	    summary: string;
	    tone: string;
	    stations: string[];
	    rooms: string[];
	    laptops: ForumLaptop[];
	    doors: ForumState;
	    badges: ForumState;
	    sheet: ForumState;
	    rehearsal: ForumState;
	    expected: number;
	    unprinted: number;
	    mayMark: boolean;
	}
	
	export interface Hit {
	    kind: string;
	    id: string;
	    title: string;
	    detail: string;
	    marks: Mark[];
	}
	export interface ImportColumn {
	    heading: string;
	    field: string;
	    example: string;
	}
	export interface RefusedRow {
	    row: number;
	    name: string;
	    member: string;
	    reason: string;
	}
	export interface ImportPreview {
	    upload: string;
	    file: string;
	    encoding: string;
	    columns: ImportColumn[];
	    rows: number;
	    created: number;
	    updated: number;
	    unchanged: number;
	    refused: RefusedRow[];
	    refusedAll: number;
	    duplicates: RefusedRow[];
	    duplicatesAll: number;
	    sample: any[];
	    done: boolean;
	    problem: string;
	}
	export interface IncomingRow {
	    id: string;
	    sort: string;
	    open: boolean;
	    when: string;
	    from: string;
	    subject: string;
	    text: string;
	    member: string;
	    name: string;
	    explains: string[];
	}
	export interface InsidePerson {
	    member: string;
	    name: string;
	    detail: string;
	    since: string;
	}
	export interface InsideRoom {
	    name: string;
	    title: string;
	    count: string;
	    crowd: string;
	    crowdText: string;
	    people: InsidePerson[];
	}
	export interface InsideView {
	    title: string;
	    text: string;
	    total: number;
	    rooms: InsideRoom[];
	}
	export interface Intake {
	    rows: number;
	    created: number;
	    unchanged: number;
	    matched: number;
	    refused: RefusedRow[];
	    refusedAll: number;
	    text: string;
	}
	export interface Invitation {
	    file: string;
	    name: string;
	    words: string;
	}
	export interface InvitationRow {
	    id: string;
	    coordinator: string;
	    office: string;
	    role: string;
	    state: string;
	    expires: string;
	    approve: boolean;
	}
	export interface Job {
	    id: string;
	    title: string;
	    done: number;
	    total: number;
	    state: string;
	    result: string;
	    error?: Failure;
	}
	export interface KeyPlace {
	    source: string;
	}
	export interface KnownLine {
	    label: string;
	    text: string;
	}
	export interface KnownSection {
	    title: string;
	    lines: KnownLine[];
	}
	export interface KnownPage {
	    title: string;
	    note: string;
	    sections: KnownSection[];
	    text: string;
	}
	
	export interface LaptopRow {
	    device: string;
	    coordinator: string;
	    office: string;
	    role: string;
	    state: string;
	    lastSeen: string;
	    mine: boolean;
	    given: string;
	    givenTone: string;
	    asks: boolean;
	    fingerprint: string;
	    taken: string;
	    takenTone: string;
	}
	export interface LearnedName {
	    name: string;
	    member: string;
	    memberName: string;
	    community: string;
	}
	export interface LendingView {
	    on: boolean;
	    folder: string;
	    addresses: string[];
	}
	export interface LentRow {
	    address: string;
	    who: string;
	    office: string;
	}
	export interface Letter {
	    to: string;
	    name: string;
	    language: string;
	    subject: string;
	    text: string;
	    html: string;
	    calendar: boolean;
	}
	export interface MailAccount {
	    set: boolean;
	    host: string;
	    port: number;
	    security: string;
	    method: string;
	    user: string;
	    from: string;
	    name: string;
	    postal: string;
	    reply: string;
	    pace: number;
	    ca: string;
	    cert: string;
	    hasKey: boolean;
	    hasPassword: boolean;
	}
	export interface MailAccountFields {
	    host: string;
	    port: number;
	    security: string;
	    method: string;
	    user: string;
	    password: string;
	    from: string;
	    name: string;
	    postal: string;
	    reply: string;
	    pace: number;
	    ca: string;
	    cert: string;
	    key: string;
	}
	export interface MovedDue {
	    id: string;
	    name: string;
	    when: string;
	    more: number;
	    clocks: string[];
	    invited: number;
	    untold: number;
	}
	export interface SkipNamed {
	    id: string;
	    name: string;
	    why: string;
	}
	export interface SkipRow {
	    why: string;
	    text: string;
	    n: number;
	}
	export interface MissingDue {
	    for: string;
	    name: string;
	    when: string;
	    people: number;
	    left: number;
	}
	export interface MailDue {
	    answers: AnswersDue[];
	    missing: MissingDue[];
	    missed: number;
	    left: SkipRow[];
	    names: SkipNamed[];
	    moved: MovedDue[];
	    from: string;
	    to: string;
	}
	export interface MailOrder {
	    sort: string;
	    for: string;
	    toWhom: string;
	    members: string[];
	    subjectEn: string;
	    subjectFr: string;
	    textEn: string;
	    textFr: string;
	    leaveOut: boolean;
	}
	export interface MailPlan {
	    title: string;
	    sends: number;
	    english: number;
	    french: number;
	    judged: boolean;
	    eligible: number;
	    not: number;
	    unknown: number;
	    date: string;
	    skipped: SkipRow[];
	    members: Named[];
	    names: SkipNamed[];
	}
	export interface MailSubject {
	    id: string;
	    kind: string;
	    name: string;
	    when: string;
	    gone: boolean;
	    wrote: boolean;
	    confirm: number;
	    decline: number;
	    missing: number;
	    left: SkipRow[];
	}
	export interface MailTest {
	    ok: boolean;
	    text: string;
	}
	export interface QueueRow {
	    device: string;
	    who: string;
	    waiting: number;
	}
	export interface MailingRow {
	    id: string;
	    sort: string;
	    title: string;
	    of: string;
	    when: string;
	    who: string;
	    mine: boolean;
	    all: number;
	    queued: number;
	    sent: number;
	    held: number;
	    failed: number;
	    stopped: number;
	}
	export interface MailboxView {
	    set: boolean;
	    host: string;
	    port: number;
	    security: string;
	    method: string;
	    ca: string;
	    user: string;
	    folder: string;
	    hasPassword: boolean;
	    read: string;
	    trouble: string;
	}
	export interface SendingView {
	    state: string;
	    text: string;
	    left: number;
	    pace: number;
	}
	export interface MailView {
	    sending: SendingView;
	    account: MailAccount;
	    mailbox: MailboxView;
	    mailings: MailingRow[];
	    held: number;
	    failed: number;
	    open: number;
	    stranded: QueueRow[];
	    canWrite: boolean;
	    canWording: boolean;
	    canTake: boolean;
	}
	export interface MailboxFields {
	    host: string;
	    port: number;
	    security: string;
	    method: string;
	    user: string;
	    password: string;
	    ca: string;
	    folder: string;
	}
	
	
	
	export interface NotMeant {
	    member: string;
	    name: string;
	    reason: string;
	}
	export interface PresentRow {
	    member: string;
	    name: string;
	    community: string;
	    role: string;
	    firstIn: string;
	    lastOut: string;
	    minutes: number;
	    present: boolean;
	    notes: string[];
	}
	export interface ZoneTime {
	    zone: string;
	    city: string;
	    local: string;
	    offset: string;
	    people: number;
	}
	export interface MeetingDetail {
	    row: MeetingRow;
	    titleEn: string;
	    titleFr: string;
	    zone: string;
	    minutes: number;
	    url: string;
	    audience: string;
	    stations: string[];
	    times: ZoneTime[];
	    present: PresentRow[];
	    notMeant: NotMeant[];
	    summary: string;
	    rule: string;
	    ruleText: string;
	    sessions: MeetingRow[];
	    forum: string;
	    places: number;
	    note: string;
	    noteFr: string;
	    audienceText: string;
	    registered: Registered;
	    history: HistoryLine[];
	}
	export interface MeetingFields {
	    fields: Record<string, string>;
	    stations: string[];
	}
	export interface MeetingQuery {
	    from: string;
	    to: string;
	    chapter: string;
	    text: string;
	}
	
	
	export interface MemberPage {
	    rows: MemberRow[];
	    offset: number;
	    total: number;
	    all: number;
	    endingSoon: number;
	    took: string;
	    ready: boolean;
	}
	export interface MemberQuery {
	    text: string;
	    chapter: string;
	    community: string;
	    role: string;
	    province: string;
	    office: string;
	    language: string;
	    endsWithin: number;
	    offset: number;
	    limit: number;
	}
	
	export interface MessageRow {
	    id: string;
	    mailing: string;
	    member: string;
	    name: string;
	    to: string;
	    subject: string;
	    sort: string;
	    state: string;
	    stateText: string;
	    words: string;
	    attempts: number;
	    next: string;
	    when: string;
	    who: string;
	    mine: boolean;
	}
	export interface MessagePage {
	    rows: MessageRow[];
	    total: number;
	}
	export interface MessageQuery {
	    mailing: string;
	    member: string;
	    state: string;
	    limit: number;
	}
	
	
	export interface MoveChoice {
	    id: string;
	    name: string;
	    consequences: string[];
	}
	
	
	export interface RoundLine {
	    when: string;
	    text: string;
	    tone: string;
	    details: string[];
	}
	export interface UnsentRow {
	    which: number;
	    kind: string;
	    title: string;
	    field: string;
	    now: string;
	    to: string;
	    when: string;
	    same: boolean;
	}
	export interface QuarantinedRow {
	    key: string;
	    reason: string;
	    when: string;
	    who: string;
	    readable: boolean;
	}
	export interface PolicyView {
	    shareCard: boolean;
	    adminsRead: boolean;
	}
	export interface RemoteRow {
	    name: string;
	    title: string;
	    kind: string;
	    url: string;
	    main: boolean;
	    text: string;
	    tone: string;
	}
	export interface RemoteView {
	    kind: string;
	    url: string;
	    folder: string;
	    endpoint: string;
	    bucket: string;
	    prefix: string;
	    region: string;
	    insecure: boolean;
	    hasCredentials: boolean;
	}
	export interface OfficeRow {
	    id: string;
	    name: string;
	    laptops: number;
	    members: number;
	}
	export interface NetworkView {
	    name: string;
	    id: string;
	    myDevice: string;
	    myRole: string;
	    myOffice: string;
	    canAdmin: boolean;
	    offices: OfficeRow[];
	    laptops: LaptopRow[];
	    invitations: InvitationRow[];
	    remote: RemoteView;
	    remotes: RemoteRow[];
	    lending: LendingView;
	    policy: PolicyView;
	    quarantined: QuarantinedRow[];
	    unsent: UnsentRow[];
	    unsentAll: number;
	    rounds: RoundLine[];
	}
	export interface NewInvitation {
	    office: string;
	    coordinator: string;
	    role: string;
	    days: number;
	    approve: boolean;
	    words: boolean;
	}
	export interface NewNetwork {
	    name: string;
	    office: string;
	    coordinator: string;
	    passphrase: string;
	}
	
	
	export interface OccasionRow {
	    id: string;
	    title: string;
	    when: string;
	}
	
	export interface OtherLine {
	    office: string;
	    text: string;
	    who: string;
	    when: string;
	}
	
	export interface PaperRow {
	    tone: string;
	    name: string;
	    community: string;
	    text: string;
	    code: string;
	    scans: string[];
	    in: number;
	    out: number;
	}
	export interface PaperSheet {
	    meeting: string;
	    station: string;
	    day: string;
	}
	export interface PaperView {
	    meeting: string;
	    title: string;
	    stations: string[];
	    days: Choice[];
	}
	export interface PhoneRow {
	    id: string;
	    name: string;
	    text: string;
	    scans: number;
	    revoked: boolean;
	}
	export interface PhonesLink {
	    address: string;
	    side: number;
	    path: string;
	}
	export interface PhonesView {
	    on: boolean;
	    meeting: string;
	    station: string;
	    elsewhere: string;
	    links: PhonesLink[];
	    fingerprint: string;
	    code: string;
	    lasts: number;
	    until: string;
	    refused: number;
	    phones: PhoneRow[];
	}
	export interface PlannedDate {
	    day: string;
	    text: string;
	    note: string;
	}
	
	export interface PracticeOver {
	    scans: number;
	    text: string;
	    state: DoorState;
	}
	
	export interface ProposalRow {
	    which: number;
	    kind: string;
	    title: string;
	    field: string;
	    now: string;
	    to: string;
	    known: boolean;
	    same: boolean;
	}
	
	
	export interface Sync {
	    state: string;
	    tone: string;
	    title: string;
	    detail: string;
	    begins: boolean;
	    percent: number;
	}
	export interface Rail {
	    version: string;
	    members: number;
	    communities: number;
	    chapters: number;
	    meetings: number;
	    conflicts: number;
	    waiting: number;
	    networkHot: number;
	    requests: number;
	    mailHot: number;
	    today: string;
	    sync: Sync;
	}
	
	export interface RecognizedRow {
	    row: number;
	    name: string;
	    member: string;
	    memberName: string;
	    how: string;
	}
	
	
	export interface RegistrationRow {
	    id: string;
	    member: string;
	    name: string;
	    community: string;
	    role: string;
	    status: string;
	    reason: string;
	    through: string;
	    verdict: string;
	    why: string;
	    when: string;
	    answer: string;
	    place: number;
	}
	export interface RegistrationView {
	    id: string;
	    title: string;
	    when: string;
	    state: Registered;
	    rows: RegistrationRow[];
	}
	export interface RemoteFields {
	    kind: string;
	    folder: string;
	    endpoint: string;
	    bucket: string;
	    prefix: string;
	    region: string;
	    insecure: boolean;
	    access: string;
	    secret: string;
	}
	
	export interface RemoteTest {
	    ok: boolean;
	    code: string;
	    text: string;
	}
	
	export interface ReportAnswer {
	    row: number;
	    member: string;
	}
	export interface ReportChoices {
	    meeting: string;
	    layout: string;
	    days: string;
	    zone: string;
	    fields: string[];
	    answers: ReportAnswer[];
	}
	export interface StayChange {
	    member: string;
	    name: string;
	    before: string;
	    after: string;
	}
	export interface StrangerRow {
	    row: number;
	    name: string;
	    email: string;
	    candidates: CandidateShort[];
	}
	export interface ReportView {
	    upload: string;
	    file: string;
	    meeting: string;
	    title: string;
	    when: string;
	    occasions: OccasionRow[];
	    far: string;
	    layout: string;
	    layouts: Named[];
	    days: string;
	    guessed: boolean;
	    first: string;
	    zone: string;
	    city: string;
	    columns: ImportColumn[];
	    problem: string;
	    rows: number;
	    people: number;
	    added: number;
	    removed: number;
	    unchanged: number;
	    said: string;
	    unlearned: string;
	    strangers: StrangerRow[];
	    strangersAll: number;
	    known: RecognizedRow[];
	    changes: StayChange[];
	    changesAll: number;
	    skipped: RefusedRow[];
	    skippedAll: number;
	    done: boolean;
	    taken: string;
	}
	export interface RequestCandidate {
	    member: string;
	    name: string;
	    community: string;
	    email: string;
	    why: string;
	    chosen: boolean;
	}
	export interface RequestRow {
	    id: string;
	    for: string;
	    forTitle: string;
	    status: string;
	    when: string;
	    source: string;
	    name: string;
	    email: string;
	    role: string;
	    community: string;
	    placed: boolean;
	    member: string;
	    memberName: string;
	    verdict: string;
	    why: string;
	    registration: string;
	    again: number;
	}
	export interface RequestDetail {
	    row: RequestRow;
	    given: string;
	    family: string;
	    phone: string;
	    title: string;
	    language: string;
	    town: string;
	    text: string;
	    reason: string;
	    state: Registered;
	    candidates: RequestCandidate[];
	    towns: Named[];
	}
	
	export interface RequestTarget {
	    id: string;
	    title: string;
	    detail: string;
	    open: number;
	}
	export interface ReviewView {
	    key: string;
	    note: string;
	    all: number;
	    changes: ProposalRow[];
	}
	
	
	
	export interface ZoneRow {
	    zone: string;
	    city: string;
	    cells: string[];
	    people: number;
	    odd: boolean;
	}
	export interface SeriesPreview {
	    rule: string;
	    ruleText: string;
	    columns: string[];
	    rows: ZoneRow[];
	    dates: PlannedDate[];
	    count: number;
	    text: string;
	}
	export interface SheetOrder {
	    meeting: string;
	    station: string;
	    format: string;
	    sort: string;
	    lang: string;
	}
	
	
	export interface Start {
	    state: string;
	    error?: Failure;
	    network: string;
	    office: string;
	    coordinator: string;
	    role: string;
	    version: string;
	    home: string;
	    warning: string;
	    fingerprint: string;
	    recovery: string;
	    preferences: Record<string, string>;
	}
	
	
	
	
	
	export interface WaitingCard {
	    icon: string;
	    tone: string;
	    title: string;
	    detail: string;
	    action: string;
	    place: string;
	}
	export interface Today {
	    date: string;
	    waiting: string;
	    cards: WaitingCard[];
	    coming: MeetingRow[];
	    others: OtherLine[];
	    othersTitle: string;
	    chart: Chart;
	}
	export interface Undone {
	    any: boolean;
	    text: string;
	}
	
	
	export interface WordingRow {
	    sort: string;
	    language: string;
	    subject: string;
	    text: string;
	    own: boolean;
	}
	export interface WordingsView {
	    rows: WordingRow[];
	    placeholders: string[];
	    canEdit: boolean;
	}
	export interface Written {
	    id: string;
	    text: string;
	}
	

}

