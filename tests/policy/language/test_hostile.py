"""Text that tries to reach something it must not: each is refused with a clear error, or harmless.

Harmless means: it becomes nodes of the closed set, naming only facts and parameters of the scope.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy.language.county import HOUSEHOLD, PERSON, ROW, case

from fangpin.policy.language import nodes as n
from fangpin.policy.language.check import read
from fangpin.policy.language.evaluate import UNKNOWN, evaluate
from fangpin.policy.language.faults import ExpressionError
from fangpin.policy.language.possible import possible
from fangpin.policy.language.source import source
from fangpin.policy.language.types import BOOL

SQL = """
1; DROP TABLE households
1; DROP TABLE households; --
monitored; DELETE FROM persons
' OR '1'='1
'' OR ''=''
' OR 1=1 --
1 OR 1=1
monitored OR 1=1
monitored UNION SELECT * FROM users
monitored union select password from auth_user
(SELECT 1)
(select count(*) from persons) > 0
exists(select 1)
select 1
SELECT * FROM persons
with x as (select 1) select x
net_income::text
cast(net_income as text)
net_income = ANY(ARRAY[1])
monitored AND pg_sleep(10) IS NULL
pg_sleep(10)
pg_read_file('/etc/passwd')
pg_ls_dir('.')
lo_import('/etc/passwd')
dblink('host=x', 'select 1')
copy persons to '/tmp/x'
copy (select 1) to program 'id'
read_csv('/etc/passwd')
read_parquet('/etc/passwd')
read_csv_auto('https://example.org/x.csv')
parquet_scan('x')
glob('/*')
attach 'x.db'
install httpfs
load httpfs
pragma database_list
set memory_limit
getenv('HOME')
current_setting('data_directory')
version()
current_user
current_user()
session_user
now()
random()
nextval('seq')
sleep(10)
benchmark(1000000, md5(1))
load_file('/etc/passwd')
xp_cmdshell('dir')
extractvalue(1, 2)
utl_http.request('x')
information_schema.tables
pg_catalog.pg_class
sqlite_master
main.persons
public.persons
persons.id_number
"persons"
`persons`
[persons]
$$monitored$$
$1
?
:name
@@version
@variable
#comment
-- comment
/* comment */ monitored
monitored /* comment */
monitored -- comment
monitored # comment
char(65)
chr(65)
concat('a', 'b')
'a' || 'b'
category like '%'
category ~ '.*'
category similar to 'x'
category is not null
case when monitored then 1 else 2 end
array[1,2]
net_income ^ 2
net_income % 2
net_income ** 2
net_income // 2
net_income << 2
net_income & 1
net_income | 1
net_income ~ 1
!monitored
net_income->>'x'
row_number() over ()
sum(net_income)
count(*)
count_members(*)
sum_members(*)
limit 1
""".strip().split("\n")

PYTHON = """
__import__('os')
__import__('os').system('id')
().__class__.__bases__[0].__subclasses__()
monitored.__class__
net_income.real
''.join(['a'])
eval('1')
exec('1')
compile('1', '', 'eval')
open('/etc/passwd')
getattr(monitored, '__class__')
globals()
locals()
vars()
dir()
help()
input()
print(1)
breakpoint()
os.system('id')
sys.exit()
import os
from os import system
lambda x: x
lambda: 1
[x for x in members]
{x: 1}
{1, 2}
f'{members}'
b'x'
r'x'
members if monitored else 1
members := 1
yield 1
await x
raise x
assert monitored
del members
return 1
while true
for x in members
def f(): pass
class A: pass
@property
not not __builtins__
None
True
False
self
__name__
_private
monitored is monitored
1 if true else 2
1_000
0x1f
0b11
0o17
1e400
1j
nan
inf
-inf
10**100
9999999999999999999999
0.00000000000000000001
""".strip().split("\n")

PLACES = """
/etc/passwd
../../etc/passwd
..\\..\\windows
C:\\Windows\\system32
file:///etc/passwd
http://example.org/
https://example.org/?q=1
\\\\server\\share
~/.ssh/id_rsa
$HOME
${HOME}
%PATH%
`id`
$(id)
{{ 7*7 }}
{% debug %}
<%= 7 %>
#{7}
<script>alert(1)</script>
&lt;
=cmd|'/c calc'!A1
=HYPERLINK("http://example.org")
+1+cmd
@SUM(1)
!!python/object:os.system
*alias
&anchor
param.__class__
param.line_year.__class__
param.line_year()
param['line_year']
param.
.line_year
param..line_year
param.LINE
param . line_year
monitored.category
household.monitored
""".strip().split("\n")

UNSEEN = [
    "monitored\x00",
    "\x00",
    "monitored\x07",
    "monitored\x1b[31m",
    "mon\u200bitored",
    "monitored\u200b",
    "\ufeffmonitored",
    "monitored\u00a0and alleviated",
    "monitored\u3000and alleviated",
    "monitored\u2028and alleviated",
    "monitored\x0band alleviated",
    "monitored\x0cand alleviated",
    "monitored\x85and alleviated",
    "category == 'gen\u202eeral'",
    "category == 'general\x00'",
    "category == 'gen\u00aderal'",
    "category == 'gene\nral'",
    "category == '\ud800'",
    "\ud800",
    "m\u043enitored",  # Cyrillic o
    "\uff4donitored",  # full-width m
    "monıtored",
    "ｍembers",
    "𝓶embers",
    "members\u0301",
    "５ > 3",
    "٣ > 2",
    "Ⅷ > 3",
    "½ > 0",
    "²",
    "members ＞ 3人",
    "members﹥3人",
    "net_income > 6000圓",
    "net_income > 6000¥",
    "net_income > ￥6000",
    "net_income > 6000元/",
    "net_income > 6000元/元/元",
    "net_income > 6000元·人·年·月·天·次",
    "😀",
    "category == '😀'",
    "\u202emonitored",
    "monitored\r\nand\tmonitored\n",
    "\n\n\n",
]

BOMBS = [
    "(" * 5000,
    ")" * 5000,
    "(" * 500 + "monitored" + ")" * 500,
    "not " * 900 + "monitored",
    "-" * 3000 + "1",
    "+".join(["1"] * 1500),
    "*".join(["members"] * 300),
    "*".join(["99999999999999"] * 30) + " > 0",
    "/".join(["0.000001"] * 30) + " > 0",
    " and ".join(["monitored"] * 800),
    " or ".join(["(monitored and alleviated)"] * 120),
    "if(" * 300,
    "if(monitored, " * 25 + "true" + ", false)" * 25,
    "coalesce(" * 200 + "1" + ", 1)" * 200,
    "least(" + ", ".join(["1"] * 900) + ") > 0",
    "category in (" + ", ".join(["'general'"] * 400) + ")",
    "'" + "a" * 4000,
    "category == '" + "a" * 3000 + "'",
    "a" * 4000,
    "1" * 4000,
    "1." + "1" * 3000,
    "0" * 3000,
    " " * 3999 + "1",
    "x" * 10_000_000,
    "年" * 3000,
    "1" + "元" * 3000,
    "1元" + "/人" * 1500,
    "param." + "a" * 3000,
    "any_member(" * 50 + "dead" + ")" * 50,
    "net_income > " + "9" * 15 + "元",
    "add_days(as_of, 999999999999999天) > as_of",
    "add_months(as_of, 999999999999999) > as_of",
    "round(net_income, 999999999999999) > 0",
    "round(" * 12 + "net_income" + ", 6)" * 12 + " > 0",
    "a.b.c.d.e.f.g",
    ",,,,,",
    "<<<<>>>>",
    "''''''''",
    "==",
    "and and and",
    "() == ()",
    "true(true)",
    "as_of()",
    "not()",
    "in in in",
    "param",
    "if",
    "if(true, true, true",
]

CORPUS = [*SQL, *PYTHON, *PLACES, *UNSEEN, *BOMBS]
NODES = (
    n.Literal,
    n.AsOf,
    n.Parameter,
    n.Fact,
    n.FromAbove,
    n.Column,
    n.Not,
    n.And,
    n.Or,
    n.Compare,
    n.Between,
    n.In,
    n.Arithmetic,
    n.If,
    n.Coalesce,
    n.Known,
    n.Function,
    n.Members,
)


def assert_contained(node: n.Node) -> None:
    """Only nodes of the closed set, only names of the scope, and it can be evaluated."""
    for each in n.walk(node):
        assert type(each) in NODES
        if isinstance(each, n.Fact):
            assert each.name in HOUSEHOLD.facts
        if isinstance(each, n.Parameter):
            assert each.name in HOUSEHOLD.parameters
        if isinstance(each, n.Function):
            assert each.name in n.FUNCTIONS
        if isinstance(each, n.Literal) and isinstance(each.value, str):
            assert re.fullmatch(r"[\w ]+", each.value)
    value = evaluate(node, case({}))
    assert value is UNKNOWN or isinstance(value, bool | int | str) or value is not None


REACHING = ("open", "import", "exec", "compile", "os.", "socket.", "subprocess.", "ctypes.")
watching = False
reached: list[str] = []


def _watch(event: str, args: tuple[object, ...]) -> None:
    if watching and event.startswith(REACHING):
        reached.append(f"{event} {args!r}")


sys.addaudithook(_watch)


@contextmanager
def nothing_is_reached() -> Iterator[None]:
    """Opening, importing, compiling or executing anything inside fails the test."""
    global watching
    reached.clear()
    watching = True
    try:
        yield
    finally:
        watching = False
    assert reached == []


def test_the_watch_sees_what_it_should() -> None:
    with pytest.raises(AssertionError, match="open"), nothing_is_reached():
        open(__file__).close()
    with pytest.raises(AssertionError, match="compile"), nothing_is_reached():
        eval("1")


def test_the_corpus_is_large() -> None:
    assert len(CORPUS) == len(set(CORPUS)) >= 250


@pytest.mark.parametrize("text", CORPUS, ids=lambda text: ascii(text)[:60])
def test_hostile_text_is_refused_clearly_or_harmless(text: str) -> None:
    for scope in (HOUSEHOLD, PERSON, ROW):
        try:
            with nothing_is_reached():
                node = read(text, scope, expected=BOOL)
        except ExpressionError as error:
            for problem in error.problems:
                assert re.search(r"第 \d+ 列", problem.what.zh)
                assert re.search(r"column \d+", problem.what.en)
                assert problem.remedy.zh
                assert problem.remedy.en
                # The message itself carries nothing that a terminal or a page would act on.
                assert len(problem.what.zh) + len(problem.remedy.zh) < 800
                assert not re.search("[\x00-\x1f\x7f-\x9f\u200b\u202e\ufeff]", str(problem.what))
                assert str(problem).encode("utf-8")
        else:
            assert_contained(node)
            assert read(source(node), scope, expected=BOOL) == node
            possible(node, scope)


def test_refused_in_python_and_sql() -> None:
    """None of these is merely harmless: each is an error."""
    for text in [*SQL, *PYTHON, *PLACES]:
        with pytest.raises(ExpressionError):
            read(text, HOUSEHOLD, expected=BOOL)


LETTERS = "abmonitredcygl_0123456789'\"()<>=!+-*/.,;:%$#@&|\\[]{}?~^` \n\t元人年月/·（），。“”"
WORDS = [
    "monitored",
    "category",
    "net_income",
    "param.line_year",
    "'general'",
    "6000元",
    "any_member(",
    "if(",
    ")",
    ",",
    "and",
    "or",
    "not",
    "in",
    "between",
    "==",
    "<",
    "+",
    "/",
    "2021-05-31",
    "as_of",
    "known(",
    "age",
    "--",
    "/*",
    "select",
    "__class__",
]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(alphabet=LETTERS, max_size=60), st.text(max_size=40)))
def test_noise(text: str) -> None:
    try:
        node = read(text, HOUSEHOLD)
    except ExpressionError:
        return
    assert_contained(node)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_words_in_any_order(text: str) -> None:
    try:
        node = read(text, HOUSEHOLD)
    except ExpressionError:
        return
    assert_contained(node)
