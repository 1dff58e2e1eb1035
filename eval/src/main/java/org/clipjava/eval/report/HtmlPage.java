package org.clipjava.eval.report;

/** The frame of a page: no script, nothing from elsewhere; dark where the reader's system is, light on paper. */
final class HtmlPage {
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"/>
            <title>@title@</title>
            <style>
            :root { color-scheme: light dark; --paper: #ffffff; --ink: #1c2024; --faint: #5b6570; --line: #d5dae0; --tint: #f3f5f7;
              --blue: #2563b8; --red: #c2410c; --blue-tint: #dbe7f7; }
            @media screen and (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e6e9ed; --faint: #a2abb5;
              --line: #353c45; --tint: #1e2329; --blue: #7db0f5; --red: #fb923c; --blue-tint: #24364f; } }
            body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
              font: 16px/1.5 system-ui, sans-serif; }
            h1 { font-size: 1.6rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
            h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
            p { max-width: 46rem; }
            .faint, caption { color: var(--faint); }
            .wide { overflow-x: auto; }
            .long { max-height: 32rem; overflow: auto; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .5rem 0 1rem; }
            caption { text-align: left; padding-bottom: .4rem; }
            th, td { padding: .25rem .75rem; border-bottom: 1px solid var(--line); text-align: left; }
            .numbers { text-align: right; white-space: nowrap; }
            td { overflow-wrap: break-word; }
            th:first-child { font-weight: 500; padding-left: 0; min-width: 7rem; max-width: 20rem; overflow-wrap: break-word; }
            thead th { color: var(--faint); font-weight: 500; vertical-align: bottom; }
            .long thead th { position: sticky; top: 0; background: var(--paper); }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; margin: 0; }
            dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
            .figures { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.5rem 0; padding: 0; list-style: none; }
            .figures li { background: var(--tint); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1.25rem; }
            .figures strong { display: block; font-size: 1.8rem; line-height: 1.2; }
            .figures span { display: block; color: var(--faint); font-size: .85rem; }
            svg { max-width: 100%; height: auto; display: block; }
            svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
            svg .faint { fill: var(--faint); } svg .axis { stroke: var(--faint); } svg .grid { stroke: var(--line); }
            svg .bar { fill: var(--blue); } svg .gap { fill: none; stroke: var(--red); stroke-width: 2; }
            svg .ideal { stroke: var(--faint); stroke-dasharray: 4 4; } svg .cell { fill: var(--blue); } svg .wrong { fill: var(--red); }
            svg .count { fill: var(--ink); text-anchor: middle; dominant-baseline: central; }
            svg .count.strong { fill: var(--paper); }
            svg .name { dominant-baseline: central; }
            svg .frame { fill: var(--tint); stroke: var(--line); }
            .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem; padding: 0; list-style: none; }
            .pictures li { font-size: .85rem; overflow-wrap: anywhere; line-height: 1.35; }
            .pictures img, .pictures .none { width: 112px; height: 112px; border: 1px solid var(--line); border-radius: .35rem; display: block;
              margin-bottom: .35rem; background: #fff; }
            .pictures .none { display: grid; place-items: center; background: var(--tint); color: var(--faint); }
            .pictures b { color: var(--red); }
            footer { margin-top: 3rem; border-top: 1px solid var(--line); color: var(--faint); font-size: .85rem; }
            pre { white-space: pre-wrap; overflow-wrap: anywhere; }
            @media (max-width: 40rem) { body { padding: 1rem .75rem 3rem; } table { font-size: .875rem; } th, td { padding: .25rem .45rem; }
              tbody th:first-child { position: sticky; left: 0; background: var(--paper); }
              dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } .figures { gap: .5rem; }
              .figures li { flex: 1 1 40%; padding: .5rem .75rem; } .figures strong { font-size: 1.4rem; }
              .wide svg { max-width: none; } }
            @media print { body { max-width: none; padding: 0; font-size: 11px; } .long { max-height: none; overflow: visible; }
              .wide { overflow: visible; } tr, li, svg { break-inside: avoid; } h2 { break-after: avoid; }
              * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
            </style>
            </head>
            <body>
            <main>
            <h1>@title@</h1>
            """;

    private HtmlPage() {}

    static String of(String title, HtmlWriter content) {
        return HEAD.replace("@title@", HtmlWriter.escaped(title)) + content + "</main>\n</body>\n</html>\n";
    }
}
