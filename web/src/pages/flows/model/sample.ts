// A flow for tests: the example the documentation ships, shortened.

export const SHOP = `# What callers hear.
flow = "shop"
version = 3
language = "zh-CN"
recording = "on"
start = "answer"

[nodes.answer]
do = "answer"
next = "notice"

# Everybody hears this to its end.
[nodes.notice]
do = "play"
notice = true
prompt = ["您好。", "本次通话将被录音。"]   # two sentences
next = "office-hours"

[nodes.office-hours]
do = "hours"
week = { mon-fri = "09:00-18:00", sat = "10:00-16:00" }
open = "menu"
closed = "closed"

# National Day.
[nodes.office-hours.except]
"2026-10-01..2026-10-07" = "closed"

[nodes.menu]
do = "menu"
prompt = "产品咨询请按1，售后服务请按2。"
keys = { 1 = "sales", 2 = "support", 0 = "support", "#" = "repeat" }
otherwise = "support"

[nodes.sales]
do = "queue"
queue = "sales"
on_timeout = "again"

[nodes.support]
do = "queue"
queue = "support"

[nodes.again]
do = "loop"
times = 2
again = "menu"
done = "closed"

[nodes.closed]
do = "hangup"
prompt = "再见。"
`;
