//! The figures as a picture: open orders across, seconds up, both by powers of ten.

use super::Row;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 60.0;
const BOTTOM: f64 = 350.0;
const RIGHT: f64 = 500.0;
const TOP: f64 = 40.0;

/// Names and colours, in the order of the rows' figures behind the bound.
const LINES: [(&str, &str); 6] = [
    ("lower bound", "#777777"),
    ("scheduler, told", "#1b7837"),
    ("scheduler, learned", "#2166ac"),
    ("scheduler, cold", "#67a9cf"),
    ("taking turns", "#b2182b"),
    ("fixed 5 s", "#ef8a62"),
];

/// From 5 to 300 open orders.
fn across(open: usize) -> f64 {
    let open = f64::from(u32::try_from(open).unwrap_or(1));
    LEFT + (RIGHT - LEFT) * (open / 5.0).ln() / 60.0_f64.ln()
}

/// From 1 to 200 seconds.
fn up(seconds: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP) * seconds.max(1.0).ln() / 200.0_f64.ln()
}

pub fn svg(title: &str, rows: &[Row]) -> String {
    let mut parts = vec![format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"22\">Mean seconds from a code to its being seen, by open orders: {title}</text>"
    )];
    for seconds in [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0] {
        let y = up(seconds);
        parts.push(format!(
            "<line x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#dddddd\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{seconds}</text>",
            LEFT - 8.0,
            y + 4.0
        ));
    }
    for row in rows {
        let x = across(row.open);
        let y = BOTTOM + 20.0;
        parts.push(format!(
            "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{}</text>",
            row.open
        ));
    }
    for (at, (name, colour)) in LINES.iter().enumerate() {
        let value = |row: &Row| if at == 0 { row.bound } else { row.delays[at - 1] };
        let points: Vec<String> = rows
            .iter()
            .map(|row| format!("{:.1},{:.1}", across(row.open), up(value(row))))
            .collect();
        let dash = if at == 0 { " stroke-dasharray=\"5 4\"" } else { "" };
        parts.push(format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>",
            points.join(" ")
        ));
        let y = rows.last().map_or(TOP, |row| up(value(row)));
        parts.push(format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{name}</text>",
            RIGHT + 8.0,
            y + 4.0
        ));
    }
    parts.push("</svg>\n".to_owned());
    parts.join("\n")
}
