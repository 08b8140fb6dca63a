//! What the same businesses sell to other businesses: the side of them that advertises where people are at work.
//!
//! All of it collects leads. Cost and click rates follow the catalogue's notion of an average platform, as the other industries' do.

use super::catalog::Industry;

/// What all of this trade has in common: it rests at weekends and in holidays, and is seen in office hours.
const TRADE: Industry = Industry {
    name: "",
    commerce: false,
    order_value: 260.0,
    cost_per_result: 74.0,
    cpm: 9.6,
    ctr: 0.0112,
    weekend: 0.46,
    months: [1.06, 1.06, 1.08, 1.02, 1.0, 0.96, 0.8, 0.78, 1.1, 1.12, 1.06, 0.76],
    peak_hour: 10.0,
    products: &[],
    angles: &[],
    interests: &[],
    occasions: &[],
};

/// In the order of the catalogue's industries.
pub(crate) static TRADES: [Industry; 8] = [
    Industry {
        name: "Food & drink",
        products: &["Office Coffee Service", "Barista Machines", "Wholesale Beans", "Event Catering", "Tasting Session"],
        angles: &[
            "Better coffee, calmer mondays",
            "Cost per cup",
            "Office manager story",
            "Free trial month",
            "Sustainability report",
        ],
        interests: &["Office managers", "Facility management", "Hospitality buyers", "People & culture"],
        occasions: &["Back to Office", "Year-End Gifts", "Hospitality Fair"],
        order_value: 210.0,
        cost_per_result: 58.0,
        ..TRADE
    },
    Industry {
        name: "Home & living",
        products: &["Hotel Linen", "Contract Textiles", "Workplace Interiors", "Sample Box", "Lookbook"],
        angles: &["Rooms guests remember", "Certified fabrics", "Project in 6 weeks", "Architect talks", "Cost of ownership"],
        interests: &["Interior architects", "Hotel operations", "Procurement", "Workplace strategy"],
        occasions: &["Spring Fair", "Tender Season", "Hotel Openings"],
        order_value: 420.0,
        cost_per_result: 96.0,
        ..TRADE
    },
    Industry {
        name: "Sports & outdoor",
        products: &["Company Bike Lease", "Fleet Service", "Mobility Budget Guide", "Dealer Programme", "E-Cargo Bikes"],
        angles: &["Park less, ride more", "Tax in two minutes", "HR director talks", "Lease calculator", "Zero-emission last mile"],
        interests: &["HR leaders", "Fleet managers", "Employee benefits", "Sustainability leads"],
        occasions: &["Benefit Season", "Mobility Week", "Winter Lease"],
        order_value: 340.0,
        cost_per_result: 82.0,
        ..TRADE
    },
    Industry {
        name: "Business software",
        products: &["Invoicing Suite", "Expense Cards", "Live Demo", "ROI Report", "Buyer's Guide"],
        angles: &["Close the books in a day", "Save 6 hours a week", "CFO testimonial", "Switch in 48 hours", "Audit-ready"],
        interests: &["Finance leaders", "Controllers", "Small business owners", "Startup founders"],
        occasions: &["Quarter End Push", "Tax Season", "Product Launch"],
        order_value: 310.0,
        cost_per_result: 88.0,
        ..TRADE
    },
    Industry {
        name: "Beauty",
        products: &["Spa Partnership", "Retail Listing", "Private Label", "Trade Samples", "Salon Academy"],
        angles: &["Margins that last", "Meet the lab", "Salon owner story", "Shelf-ready in 30 days", "Clinical data"],
        interests: &["Retail buyers", "Salon owners", "Pharmacy chains", "Spa managers"],
        occasions: &["Trade Show", "Autumn Listing", "Holiday Assortment"],
        order_value: 280.0,
        cost_per_result: 79.0,
        ..TRADE
    },
    Industry {
        name: "Fitness",
        products: &["Corporate Wellness", "Team Classes", "Franchise Info Pack", "Office Pop-up", "Health Benefit"],
        angles: &["Fewer sick days", "People team story", "Pilot for 4 weeks", "Studio owner talks", "Benefit employees use"],
        interests: &["HR leaders", "Benefits managers", "Franchise investors", "Workplace health"],
        occasions: &["New Year Benefits", "Open Enrolment", "Franchise Day"],
        order_value: 190.0,
        cost_per_result: 61.0,
        ..TRADE
    },
    Industry {
        name: "Pet supplies",
        products: &["Vet Partner Programme", "Retail Wholesale", "Shelter Supply", "White Label", "Dealer Kit"],
        angles: &["Vets recommend", "Reorder in one click", "Store owner story", "Nutrition white paper", "Better basket"],
        interests: &["Veterinarians", "Pet retailers", "Category managers", "Animal welfare"],
        occasions: &["Vet Congress", "Spring Wholesale", "Holiday Stock"],
        order_value: 230.0,
        cost_per_result: 64.0,
        ..TRADE
    },
    Industry {
        name: "Travel",
        products: &["Business Travel Desk", "Offsite Packages", "Rail for Business", "Travel Policy Guide", "Event Venues"],
        angles: &["Offsites that pay back", "Carbon in every quote", "Travel manager story", "One invoice", "Book in two clicks"],
        interests: &["Travel managers", "Executive assistants", "Event planners", "Procurement"],
        occasions: &["Kick-off Season", "Summer Offsites", "Budget Planning"],
        order_value: 380.0,
        cost_per_result: 91.0,
        ..TRADE
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::catalog::INDUSTRIES;

    #[test]
    fn every_line_of_business_has_its_trade_side() {
        for (own, trade) in INDUSTRIES.iter().zip(&TRADES) {
            assert_eq!(own.name, trade.name);
            assert!(!trade.commerce && trade.products.len() > 4 && trade.angles.len() > 4 && trade.interests.len() > 3);
        }
    }
}
