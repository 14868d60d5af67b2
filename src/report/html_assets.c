/* html_assets.c - the style sheet and the script of an HTML report.
 *
 * The script sorts and filters the table of all cases; without it everything else is there. It is ECMAScript 5, asks
 * for nothing from outside, and its hash stands in the page, so that a page with another script runs none.
 */
#include "html_assets.h"

#include <stddef.h>

/* clang-format off */
const char *const seg_html_style[] = {
    ":root{color-scheme:light dark;--bg:#fff;--ink:#222;--grey:#5c5c5c;--line:#c9c9c9;--faint:#f4f4f4;--dot:#4d4d4d;"
    "--acc:#0072b2;--s1:#fdf3e1;--s2:#f9dfae;--s3:#f0b64a;--s4:#a85a00;--s4t:#fff;--box:#e2e2e2}\n@media "
    "(prefers-color-scheme:dark){:root{--bg:#161616;--ink:#e8e8e8;--grey:#a8a8a8;--line:#444;--faint:#222;"
    "--dot:#c8c8c8;--acc:#7cc4f0;--s1:#2c2416;--s2:#4a3812;--s3:#7d5a0c;--s4:#e69f00;--s4t:#161616;--box:#383838}"
    ".pics img{background:#fff}}\n*{box-sizing:border-box}html{scroll-padding-top:1rem}body{margin:0 auto;"
    "max-width:75rem;padding:1rem 1.25rem 3rem;background:var(--bg);color:var(--ink);font:15px/1.45 system-ui,"
    "\"Liberation Sans\",Arial,sans-serif}\nh1{font-size:1.5rem;margin:.2em 0}h2{font-size:1.15rem;margin:2.2em "
    "0 .5em;border-bottom:1px solid var(--line);padding-bottom:.2em}h3{font-size:1rem;margin:0 0 .4em}h3 "
    "small{font-weight:400;color:var(--grey);margin-left:.5em}\np,li{max-width:46rem}a{color:var(--acc)}nav "
    "ul{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;padding:0;margin:.5em 0}.grey{color:var(--grey)}"
    "\n.big{display:flex;flex-wrap:wrap;gap:.5rem 2.5rem;margin:1em 0}.big div{min-width:7rem}.big dt{color:var(--grey);"
    "font-size:.85rem}.big dd{margin:0;font-size:1.6rem;font-variant-numeric:tabular-nums}.big dd small{font-size:.85rem;"
    "color:var(--grey);display:block}dl.big{margin:1em 0}\n.two{display:grid;grid-template-columns:repeat(auto-fit,"
    "minmax(min(100%,26rem),1fr));gap:1rem}\n.scroll{overflow-x:auto}.scroll:focus-visible,button:focus-visible,"
    "input:focus-visible,a:focus-visible{outline:2px solid var(--acc);outline-offset:2px}\ntable{border-collapse:collapse;"
    "font-size:.86rem;font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:600;padding-bottom:.2em}"
    "thead{border-bottom:1.5px solid var(--ink)}th{font-weight:600;text-align:left}tbody th{font-weight:400;"
    "white-space:nowrap}td{text-align:right}th,td{padding:.2em .45em}tbody tr{border-bottom:1px solid var(--faint)}"
    "tbody tr:hover{background:var(--faint)}.err th{white-space:normal}\n.wide thead th{vertical-align:bottom;"
    "text-align:center}.wide thead th:first-child,.wide tbody th{text-align:left}th.v{height:7.2rem;padding:.2em "
    "0}th.v>*{writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap;margin:auto}\n#cases tr:target "
    "th{text-decoration:underline 3px var(--s3)}#cases tbody th{position:sticky;left:0;background:var(--bg)}"
    "\n.s1{background:var(--s1)}.s2{background:var(--s2)}.s3{background:var(--s3);font-weight:600}.s4,.inf{"
    "background:var(--s4);color:var(--s4t);font-weight:700}.na{color:var(--grey)}.ok{background:var(--box)}"
    "\nth button{all:unset;cursor:pointer;font:inherit;border-radius:2px}th[aria-sort] button::after{content:\" "
    "\\25BE\"}th[aria-sort=ascending] button::after{content:\" \\25B4\"}\n.tools{display:flex;flex-wrap:wrap;"
    "gap:.5rem 1rem;align-items:center;margin:.5em 0}.tools[hidden]{display:none}input{font:inherit;padding:.25em "
    ".5em;border:1px solid var(--grey);border-radius:4px;background:var(--bg);color:var(--ink);max-width:100%}"
    "\n.case{display:grid;grid-template-columns:minmax(0,13fr) minmax(19rem,7fr);align-items:start;gap:.2rem "
    "1.5rem;margin:1.2em 0 2em;break-inside:avoid}.case h3{grid-column:1/-1}.case:target h3{text-decoration:underline "
    "3px var(--s3)}figure{margin:0}.pics{display:flex;gap:6px;align-items:flex-start}.pics img{border:1px "
    "solid var(--line);min-width:0;height:auto}figcaption,.note{font-size:.82rem;color:var(--grey)}\n.nb{",
    "white-space:nowrap}.key{display:inline-block;width:1.1em;height:.9em;vertical-align:-.1em;border:1px "
    "solid var(--line);margin:0 .3em 0 .8em}.k-r{background:#dadada;border-color:#222}.k-m{background:#e69f00}"
    ".k-e{background:repeating-linear-gradient(-45deg,#0072b2 0 3px,#fff 3px 4px)}.k-c{background:repeating-linear-gradient(45deg,"
    "#4a1f38 0 1px,transparent 1px 4px),repeating-linear-gradient(-45deg,#4a1f38 0 1px,#cc79a7 1px 4px)}\n"
    "svg.strip{width:100%;height:auto;font-size:12px}.strip text{fill:var(--ink)}.strip .tick{text-anchor:middle;"
    "fill:var(--grey)}.strip .axis{text-anchor:middle}.strip .lab{text-anchor:end}.strip .na{text-anchor:end;"
    "fill:var(--grey);font-size:10px}.dash{stroke-dasharray:2 3}.grid{stroke:var(--line);stroke-width:.6}"
    ".box{fill:var(--box)}.med{stroke:var(--ink);stroke-width:1.6}.pt{fill:var(--dot);fill-opacity:.75;stroke:var(--bg);"
    "stroke-width:.5}.pt.inf{fill:none;stroke:var(--dot);stroke-width:1.4}.strip a:focus-visible circle,.strip "
    "a:hover circle{r:5;fill:var(--acc);fill-opacity:1}\n.sr{position:absolute;width:1px;height:1px;overflow:hidden;"
    "clip-path:inset(50%);white-space:nowrap}dl.set{display:grid;grid-template-columns:max-content 1fr;gap:.1rem "
    "1rem;font-size:.86rem}dl.set dt{color:var(--grey)}dl.set dd{margin:0;overflow-wrap:anywhere}code{font-size:.92em}"
    "\n@media (max-width:46rem){.case{grid-template-columns:minmax(0,1fr)}.pics{flex-wrap:wrap}.pics img:first-child{"
    "flex-basis:100%!important}body{padding:.75rem}h1{font-size:1.25rem}}\n@media print{:root{color-scheme:light;"
    "--bg:#fff;--ink:#000;--grey:#444;--line:#bbb;--faint:#eee;--dot:#444;--s1:#fdf3e1;--s2:#f9dfae;--s3:#f0b64a;"
    "--s4:#a85a00;--s4t:#fff;--box:#e2e2e2}body{font-size:9.5pt;max-width:none;padding:0}nav,.tools,.dl{display:none!important}"
    ".scroll{overflow:visible}h2,.note{break-after:avoid}#conf,#numbers,#how{break-inside:avoid}tr,figure{"
    "break-inside:avoid}thead{display:table-header-group}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    "a{color:inherit;text-decoration:none}table{font-size:7.4pt}th,td{padding:.12em .28em}.case{grid-template-columns:minmax(0,"
    "3fr) minmax(0,2fr)}dl.big div{min-width:0}.two{grid-template-columns:1fr 1fr}@page{size:A4;margin:14mm "
    "12mm}}\n",
    NULL};

const char seg_html_script[] =
    "(function(){\"use strict\";var t=document.getElementById(\"cases\");if(!t)return;var b=t.tBodies[0],"
    "all=Array.prototype.slice.call(b.rows),say=document.getElementById(\"say\");\nfunction val(r,i){var "
    "c=r.cells[i],v=c.getAttribute(\"data-v\");if(v===null)return c.textContent;if(v===\"\")return null;return "
    "v===\"inf\"?Infinity:parseFloat(v)}\nvar heads=t.querySelectorAll(\"th.k\");Array.prototype.forEach.call(heads,"
    "function(h,i){var u=document.createElement(\"button\");u.type=\"button\";u.textContent=h.textContent;"
    "h.textContent=\"\";h.appendChild(u);\nu.addEventListener(\"click\",function(){var d=h.getAttribute(\"aria-sort\")===\"ascending\"?-1:1;"
    "Array.prototype.forEach.call(heads,function(x){x.removeAttribute(\"aria-sort\")});h.setAttribute(\"aria-sort\","
    "d>0?\"ascending\":\"descending\");\nall.map(function(r,n){return{r:r,n:n,v:val(r,i)}}).sort(function(p,"
    "q){if(p.v===null||q.v===null)return p.v===q.v?p.n-q.n:p.v===null?1:-1;return q.v>p.v?-d:p.v>q.v?d:p.n-q.n}"
    ").forEach(function(x){b.appendChild(x.r)});say.textContent=\"sorted by \"+u.textContent+(d>0?\", rising\":\","
    " falling\")})});\nvar f=document.getElementById(\"find\");document.getElementById(\"tools\").hidden=false;"
    "f.addEventListener(\"input\",function(){var s=f.value.toLowerCase(),n=0;all.forEach(function(r){var "
    "on=r.cells[0].textContent.toLowerCase().indexOf(s)>=0;r.hidden=!on;n+=on});say.textContent=n+\" of \"+all.length+\" "
    "cases\"})})();";
/* clang-format on */

/* The SHA-256 of the script in base64; tests compute it anew. */
const char seg_html_script_hash[] = "dktwQFt1/e4i4EjSWLq5/KWWvNxbxQLC/Sb9+EmqCjA=";
