//! The installation and its tenants.

table!(settings = "settings" {
    #[sea_orm(primary_key, auto_increment = false)]
    key: String,
    value: String,
});

table!(tenants = "tenants" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    name: String,
    currency: String,
    zone: String,
    industry: Option<String>,
    created_at: i64,
    branding: Option<String>,
});
