/** The page's style sheet: system fonts, light and dark by the reader's own setting, nothing loaded from elsewhere. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--bg:#f5f6f8;--card:#fff;--ink:#16181d;--soft:#5d6472;--line:#e3e6eb;--good:#12805c;--warn:#9a6200;--bad:#c02b3c;--off:#70778a;
--good-bg:#e2f5ed;--warn-bg:#fdf1d9;--bad-bg:#fce6e8;--off-bg:#eceef2}
@media(prefers-color-scheme:dark){:root{--bg:#0f1115;--card:#181b21;--ink:#e9ebef;--soft:#9aa2b1;--line:#292d36;--good:#4fd1a1;--warn:#f0b64d;--bad:#ff7a88;--off:#99a1b3;
--good-bg:#12291f;--warn-bg:#2e2412;--bad-bg:#331a1e;--off-bg:#22262e}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
main{max-width:1060px;margin:0 auto;padding:28px 20px 40px}
header{display:flex;align-items:center;gap:14px;margin-bottom:18px;flex-wrap:wrap}
header svg{width:34px;height:34px;flex:none;color:var(--ink)}
h1{font-size:19px;line-height:1.2;margin:0;font-weight:650;letter-spacing:-.01em}
header p{margin:2px 0 0;color:var(--soft);font-size:13px}
.id{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:12.5px}
nav{margin-left:auto;display:flex;gap:16px;font-size:13px}
a{color:inherit;text-decoration-color:var(--line);text-underline-offset:3px}a:hover{text-decoration-color:currentColor}
.banner{border-radius:12px;padding:16px 20px;margin-bottom:18px;display:flex;gap:14px;align-items:baseline}
.banner b{font-size:17px;font-weight:650;white-space:nowrap}.banner span{color:var(--ink);opacity:.85;overflow-wrap:anywhere}
.healthy{color:var(--good);background:var(--good-bg)}.degraded{color:var(--warn);background:var(--warn-bg)}
.unhealthy{color:var(--bad);background:var(--bad-bg)}.unknown,.disabled{color:var(--off);background:var(--off-bg)}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(235px,1fr));gap:12px;margin-bottom:18px}
.tile,.table{background:var(--card);border:1px solid var(--line);border-radius:12px}
.tile{padding:14px 16px}.tile h2,th{font-size:11.5px;font-weight:600;letter-spacing:.05em;text-transform:uppercase;color:var(--soft);margin:0}
.tile p{margin:4px 0 0;font-size:22px;font-weight:620;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.tile small{display:block;color:var(--soft);font-size:12.5px;font-variant-numeric:tabular-nums}
meter{width:100%;height:6px;margin-top:8px;display:block;appearance:none;background:var(--off-bg);border:0;border-radius:3px;overflow:hidden}
meter::-webkit-meter-bar{background:var(--off-bg);border:0;border-radius:3px;height:6px}
meter::-webkit-meter-optimum-value{background:var(--good)}meter::-webkit-meter-suboptimum-value{background:var(--warn)}meter::-webkit-meter-even-less-good-value{background:var(--bad)}
meter::-moz-meter-bar{background:var(--good)}meter:-moz-meter-sub-optimum::-moz-meter-bar{background:var(--warn)}meter:-moz-meter-sub-sub-optimum::-moz-meter-bar{background:var(--bad)}
.table{overflow-x:auto}table{border-collapse:collapse;width:100%;min-width:680px}
th{text-align:left;padding:12px 16px 8px;white-space:nowrap}td{padding:11px 16px;border-top:1px solid var(--line);vertical-align:top}
td.name{font-weight:600;white-space:nowrap}td.num{white-space:nowrap;font-variant-numeric:tabular-nums;color:var(--soft);text-align:right}th.num{text-align:right}
td.what{overflow-wrap:anywhere;width:45%}
.pill{display:inline-block;border-radius:99px;padding:1px 10px;font-size:12.5px;font-weight:600}
ul{list-style:none;margin:5px 0 0;padding:0;font-size:13px;color:var(--soft)}li{margin-top:2px}
li i{display:inline-block;width:7px;height:7px;border-radius:50%;margin-right:7px}li i[class]{background:currentColor}
footer{margin-top:16px;color:var(--soft);font-size:12.5px;display:flex;justify-content:space-between;gap:12px;flex-wrap:wrap}
#stale{display:none;color:var(--bad);font-weight:600}.stale #stale{display:inline}.stale .banner,.stale .tiles,.stale .table{opacity:.45}
@media(max-width:760px){main{padding:18px 12px}.banner{flex-direction:column;gap:2px}.tiles{grid-template-columns:1fr 1fr}nav{margin-left:0}
thead{display:none}table{min-width:0}tr{display:flex;flex-wrap:wrap;align-items:center;gap:4px 14px;padding:12px 14px;border-top:1px solid var(--line)}
tbody tr:first-child{border-top:0}td{padding:0;border:0}td.name{flex:1}td.what{width:100%}td.num{font-size:12.5px}td.num:empty{display:none}td.num::before{content:attr(data-is)" "}}
`;

/** Puts fresh content in place without losing the reader's scroll position or selection elsewhere; says so when nobody answers. */
export const PAGE_SCRIPT = `
setInterval(async()=>{try{const answer=await fetch('/',{headers:{accept:'text/html'},signal:AbortSignal.timeout(4500)});
const page=new DOMParser().parseFromString(await answer.text(),'text/html');
document.querySelector('main').replaceWith(page.querySelector('main'));document.title=page.title;
document.querySelector('link[rel=icon]').href=page.querySelector('link[rel=icon]').href;document.body.className=''}
catch{document.body.className='stale'}},5000);
`;
