//! How people name campaigns, ad sets and ads.

use super::{account::Format, schedule::Role};
use super::{catalog::Brand, catalog::Industry, chance::Chance, habit::Habit};

/// A campaign's name by its role.
pub(crate) fn campaign(brand: &Brand, industry: &Industry, role: Role, ordinal: usize, dice: Chance) -> String {
    let product = dice.on(1).pick(industry.products);
    let market = if brand.countries.len() > 1 && dice.on(2).whether(0.6) { "ALL" } else { brand.countries[0].0 };
    match role {
        Role::Prospecting if ordinal == 0 => format!("{market} | Prospecting | Bestsellers"),
        Role::Prospecting => format!("{market} | Prospecting | {product}"),
        Role::Retargeting if ordinal <= 1 => format!("{market} | Retargeting | All visitors 30d"),
        Role::Retargeting => format!("{market} | Retargeting | {product}"),
        Role::Awareness => format!("{market} | Brand awareness | {}", dice.on(3).pick(industry.angles)),
        Role::Traffic => format!("{market} | Traffic | {product}"),
        Role::Occasion => format!("{market} | {} | {product}", dice.on(4).pick(industry.occasions)),
        Role::BlackFriday => format!("{market} | Black Friday | {product}"),
    }
}

/// An ad set's audience by name, and the ages it is limited to.
pub(crate) fn audience(industry: &Industry, habit: &Habit, role: Role, ordinal: usize, dice: Chance) -> (String, (u8, u8)) {
    let ages = *dice.on(1).pick(&[(18, 65), (18, 65), (25, 65), (25, 54), (18, 44)]);
    let span = if ages.1 >= 65 { format!("{}-65+", ages.0) } else { format!("{}-{}", ages.0, ages.1) };
    let who = match role {
        Role::Retargeting => (*dice.on(2).pick(&habit.warm)).to_owned(),
        _ if ordinal == 0 => "Broad".to_owned(),
        _ => match dice.on(3).below(4) {
            alike @ (0 | 1) => habit.alike[alike].to_owned(),
            _ => format!("Interest: {}", dice.on(4).pick(industry.interests)),
        },
    };
    (format!("{who} | {span}"), ages)
}

/// An ad's format, name, headline and text.
pub(crate) fn ad(industry: &Industry, ordinal: usize, dice: Chance) -> (Format, String, String, String) {
    let format = *dice.on(1).pick(&[Format::Video, Format::Video, Format::Image, Format::Image, Format::Carousel]);
    let angle = industry.angles[(dice.on(2).below(industry.angles.len()) + ordinal) % industry.angles.len()];
    let product = dice.on(3).pick(industry.products);
    let word = match format {
        Format::Video => dice.on(4).pick(&["Video 9:16", "Video 4:5", "UGC video"]),
        Format::Image => dice.on(4).pick(&["Static 1:1", "Static 4:5", "Static"]),
        Format::Carousel => &"Carousel",
    };
    let version = 1 + ordinal / industry.angles.len() + dice.on(5).below(3);
    (format, format!("{word} | {angle} | v{version}"), angle.to_owned(), format!("{angle}. Discover {product} today."))
}
