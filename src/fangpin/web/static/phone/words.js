// Words of the app, Chinese and English. {n} and {text} are filled in.
const WORDS = {
  title: ["入户", "Visits"],
  loading: ["正在打开…", "Opening …"],
  unlock: ["打开", "Open"],
  pin: ["本机解锁码", "Code of this phone"],
  pin_new: ["设置本机解锁码", "Choose a code for this phone"],
  pin_again: ["再输入一次", "Once more"],
  pin_help: [
    "至少 6 位数字或字母，只在这台手机上使用。忘记后可联网重新设置，已填写的内容不会丢失。",
    "At least 6 digits or letters, for this phone alone. If you forget it, set another one online; nothing you entered is lost.",
  ],
  pin_short: ["解锁码至少 6 位", "The code has at least 6 characters"],
  pin_plain: ["解锁码过于简单，请勿使用重复或连续的数字", "Too simple: no repeated or running digits"],
  pin_differs: ["两次输入不一致", "The two codes differ"],
  pin_wrong: ["解锁码不正确，还可以试 {n} 次", "Wrong code; {n} more tries"],
  pin_used_up: [
    "解锁码多次输错，请联网后重新设置。已填写的内容仍加密保存在本机。",
    "Too many wrong codes: go online and set a new one. What you entered is still here, closed.",
  ],
  pin_forgotten: ["忘记解锁码（需联网）", "Forgot the code (needs a network)"],
  expired: [
    "已超过 {n} 小时未同步，为保护群众信息，数据已锁定。联网同步后即可继续，已填写的内容不会丢失。",
    "Not synchronised for more than {n} hours: the data are locked. Go online to continue; nothing you entered is lost.",
  ],
  set_back: [
    "手机时间早于上次使用时间，数据已锁定。请校准时间或联网同步。",
    "The phone's clock is earlier than when it was last used: the data are locked. Set the clock, or go online.",
  ],
  first_time: ["首次使用请联网登录", "Sign in online to begin"],
  sign_in: ["登录", "Sign in"],
  sign_in_to_send: ["登录已过期，登录后继续同步", "Signed out; sign in to synchronise"],
  not_allowed: ["您的岗位不使用入户功能", "Your post does not use this app"],
  insecure: [
    "当前网址未加密，浏览器不允许离线保存。请使用 https 网址打开。",
    "This address is not encrypted, and the browser keeps nothing offline. Open it by its https address.",
  ],
  wiped: ["本机数据已清除", "The data on this phone were deleted"],
  other_user: [
    "这台手机上有其他用户的数据（{n} 条未上传）。清除后才能使用。",
    "This phone holds another user's data ({n} not sent). Delete them to go on.",
  ],
  wipe_and_go_on: ["清除并继续", "Delete and go on"],
  offline: ["离线", "Offline"],
  sync: ["同步", "Synchronise"],
  syncing: ["正在同步…", "Synchronising …"],
  synced: ["已同步 {text}", "Synchronised {text}"],
  sync_failed: ["网络中断，稍后自动重试", "The network failed; trying again soon"],
  never_synced: ["尚未同步", "Not synchronised yet"],
  unsent: ["{n} 条待上传", "{n} to send"],
  tasks: ["任务", "To do"],
  queue: ["上传记录", "Sent"],
  phone: ["本机", "Phone"],
  late: ["已逾期", "Late"],
  today: ["今天", "Today"],
  soon: ["近期", "Soon"],
  visits: ["走访", "Visits"],
  due: ["截止 {text}", "due {text}"],
  due_provisional: ["截止 {text}（暂定）", "due {text} (provisional)"],
  nothing_to_do: ["暂无入户任务。", "Nothing to do at the moment."],
  left_out: [
    "另有 {n} 户未下载：超过单次或当天可携带的数量。完成后同步即可继续。",
    "{n} more households were not taken along: more than one may carry at once or in a day. Synchronise again when you are through.",
  ],
  unread: ["有 {n} 条未读消息，联网后查看", "{n} unread messages; open them with a network"],
  search: ["查找姓名、户编号、村组", "Find by name, number, group"],
  members: ["家庭成员 {n} 人", "{n} members"],
  years: ["{n} 岁", "{n} years"],
  last_visit: ["上次走访 {text}", "last visit {text}"],
  monitored: ["监测对象", "Monitored"],
  why: ["核查原因", "Why"],
  add_visit: ["登记走访", "Record a visit"],
  save: ["保存", "Save"],
  saved: ["已保存，等待上传", "Saved, waiting to be sent"],
  back: ["返回", "Back"],
  edit: ["修改", "Change it"],
  discard: ["删除本条", "Delete this entry"],
  discard_sure: ["确定删除？删除后不能恢复。", "Delete it? It cannot be brought back."],
  required: ["必填", "required"],
  optional: ["选填", "optional"],
  missing: ["请填写“{text}”", "“{text}” is missing"],
  bad_number: ["“{text}”应为数字", "“{text}” is a number"],
  bad_day: ["“{text}”不能晚于今天", "“{text}” is not later than today"],
  too_few_photos: ["“{text}”至少 {n} 张", "“{text}”: at least {n}"],
  too_low: ["“{text}”不能小于 {n}", "“{text}” is at least {n}"],
  too_high: ["“{text}”不能大于 {n}", "“{text}” is at most {n}"],
  yes: ["是", "Yes"],
  no: ["否", "No"],
  choose: ["请选择", "Choose"],
  take_photo: ["拍照或选择照片", "Take or choose a picture"],
  photo_of: ["照片 {n}", "Picture {n}"],
  photo_bad: ["这个文件不是可用的照片", "This file is no usable picture"],
  remove: ["移除", "Remove"],
  sign_here: ["请在框内手写签名", "Sign in the box"],
  sign_clear: ["重写", "Clear"],
  state_waiting: ["等待上传", "Waiting"],
  state_taken: ["已收到 · 第 {n} 号", "Received · no. {n}"],
  state_refused: ["未通过", "Refused"],
  state_conflict: ["内容冲突", "Conflict"],
  on_phone: ["本机内容", "On this phone"],
  at_server: ["系统中的内容", "In the system"],
  as_new: ["作为新记录提交", "Hand it in as a new entry"],
  keep_theirs: ["以系统为准，删除本条", "Keep the system's, delete mine"],
  correct_it: ["更正后重新提交", "Correct and send again"],
  try_again: ["重试", "Try again"],
  not_found: ["该任务已不在本机，可能已由他人完成。", "This is not on the phone any more; somebody else may have done it."],
  no_entries: ["还没有填写任何记录。", "Nothing was entered yet."],
  user: ["用户", "User"],
  opens_until: ["离线可用至 {text}", "opens offline until {text}"],
  devices: ["我的手机", "My phones"],
  desktop: ["打开电脑版", "All pages"],
  lock: ["锁定", "Lock"],
  leave: ["退出并清除本机数据", "Sign out, delete the data"],
  leave_sure: [
    "还有 {n} 条记录没有上传，清除后不能恢复。",
    "{n} entries were not sent; they cannot be brought back.",
  ],
  leave_anyway: ["仍然清除", "Delete all the same"],
  privacy: [
    "群众信息加密保存在本机，只用于入户核查和走访。请勿截屏、转发；手机遗失请立即在“我的手机”中停用。",
    "Personal data are kept closed on this phone, for checks and visits alone. Take no screenshots; if the phone is lost, end it at once under “My phones”.",
  ],
};

export const chinese = !document.documentElement.lang.startsWith("en");

/** The words for a key, filled in. */
export function say(key, { n = "", text = "" } = {}) {
  const pair = WORDS[key];
  if (!pair) throw new Error(`no words for ${key}`);
  return pair[chinese ? 0 : 1].replaceAll("{n}", String(n)).replaceAll("{text}", String(text));
}

/** A sentence that came as data in both languages. */
export function pick(words) {
  return words ? (chinese ? words.zh : words.en) || words.zh || words.en : "";
}

export const locale = chinese ? "zh-CN" : "en-GB";
