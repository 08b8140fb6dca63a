//! What the demo agency knows of its simulated clients, by their line of business.

use trimtab_domain::{
    Currency, Source, SourceKind,
    knowledge::{Bound, Channel, ClientKnowledge, Context, Period, Preferences, Target, Tone},
};

/// A line of business, as an agency would put it down.
struct Line {
    industry: &'static str,
    model: &'static str,
    products: &'static [&'static str],
    customer: &'static str,
    margin: f64,
    /// What it should reach each month: return of what sells, in units; price of a contact, in the client's currency.
    wants: Wanted,
    notes: &'static str,
}

enum Wanted {
    Roas(f64),
    Cpa(f64),
}

const LINES: [Line; 8] = [
    Line {
        industry: "Food & drink",
        model: "Sells what it makes online, about half of it by subscription.",
        products: &["Beans", "Subscription", "Gift boxes"],
        customer: "People who care what is in their cup, at home and in small offices.",
        margin: 42.0,
        wants: Wanted::Roas(3.0),
        notes: "Gift boxes sell from mid November on. Summer is slow.",
    },
    Line {
        industry: "Home & living",
        model: "Own collections, sold online and in an outlet.",
        products: &["Bedding", "Throws", "Lamps"],
        customer: "Households that furnish anew, mostly women between 30 and 55.",
        margin: 48.0,
        wants: Wanted::Roas(3.6),
        notes: "Sales in January and July. Bundles have the best margin.",
    },
    Line {
        industry: "Sports & outdoor",
        model: "Builds to order; few, large orders.",
        products: &["Bicycles", "E-bikes", "Helmets"],
        customer: "Commuters and weekend riders in and around cities.",
        margin: 34.0,
        wants: Wanted::Roas(4.2),
        notes: "Spring decides the year. Delivery takes three weeks.",
    },
    Line {
        industry: "Business software",
        model: "Subscriptions, sold through trials and demonstrations.",
        products: &["Invoicing", "Expense cards"],
        customer: "Finance leads of companies with 10 to 200 people.",
        margin: 78.0,
        wants: Wanted::Cpa(55.0),
        notes: "One lead in twelve becomes a customer, within about 60 days.",
    },
    Line {
        industry: "Beauty",
        model: "Sells its own skincare online; refills by subscription.",
        products: &["Serum", "Night cream", "Refills"],
        customer: "Women between 25 and 45 who read what is in it.",
        margin: 62.0,
        wants: Wanted::Roas(3.0),
        notes: "No claims of healing in any ad. Starter sets bring new customers, refills earn the money.",
    },
    Line {
        industry: "Fitness",
        model: "Studios with memberships; ads bring trial weeks.",
        products: &["Trial week", "Membership", "Personal training"],
        customer: "People who live or work within half an hour of a studio.",
        margin: 55.0,
        wants: Wanted::Cpa(15.0),
        notes: "January and September are the months to win members in.",
    },
    Line {
        industry: "Pet supplies",
        model: "Fresh food by subscription, everything else by the piece.",
        products: &["Fresh food", "Chews", "Puppy box"],
        customer: "Owners of young dogs.",
        margin: 38.0,
        wants: Wanted::Roas(3.3),
        notes: "A first order may cost its whole margin: it is the third that pays.",
    },
    Line {
        industry: "Travel",
        model: "Arranges stays and passes; earns a commission.",
        products: &["City breaks", "Cabin stays", "Rail passes"],
        customer: "Couples and families who book two to five months ahead.",
        margin: 18.0,
        wants: Wanted::Roas(6.0),
        notes: "Revenue is what is booked, the margin is the commission on it.",
    },
];

/// What is known of a client with accounts at these sources; `None` where its line of business is not one of those above.
pub(super) fn of(industry: &str, sources: &[Source], currency: Currency) -> Option<ClientKnowledge> {
    let line = LINES.iter().find(|line| line.industry == industry)?;
    let (metric, bound, value, amount, objective) = match line.wants {
        Wanted::Roas(value) => ("roas", Bound::AtLeast, value, None, "Sales"),
        Wanted::Cpa(value) => ("cpa", Bound::AtMost, value, Some(currency), "Leads"),
    };
    let target = Target { metric: metric.to_owned(), bound, value, currency: amount, period: Period::Month, platform: None };
    let mut platforms: Vec<Source> = sources.iter().copied().filter(|source| source.kind() == SourceKind::Ads).collect();
    platforms.sort_unstable();
    platforms.dedup();
    let channel =
        |platform| Channel { platform, objective: objective.to_owned(), campaign_types: Vec::new(), notes: String::new() };
    Some(ClientKnowledge {
        context: Context {
            industry: line.industry.to_owned(),
            business_model: line.model.to_owned(),
            products: line.products.iter().map(|product| (*product).to_owned()).collect(),
            customer: line.customer.to_owned(),
            average_order_value: None,
            gross_margin: Some(line.margin),
            notes: line.notes.to_owned(),
        },
        targets: vec![target],
        strategy: platforms.into_iter().map(channel).collect(),
        preferences: Preferences { tone: Tone::Brief, ..Preferences::default() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_every_line_of_business_can_be() {
        for line in &LINES {
            let sources = [Source::Meta, Source::Shopify, Source::Meta];
            let knowledge = of(line.industry, &sources, "SEK".parse().unwrap()).unwrap();
            assert_eq!(knowledge.faults(), vec![], "{}", line.industry);
            assert!(knowledge.industry().is_some() && knowledge.strategy.len() == 1, "{}", line.industry);
        }
        assert_eq!(of("Submarines", &[], "SEK".parse().unwrap()), None);
    }
}
