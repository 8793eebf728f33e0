//! `TaxCountryService`.

use pfms_proto::tax::v1 as wire;
use pfms_proto::tax::v1::tax_country_service_server::TaxCountryService;
use pfms_runtime::{Call, Error};
use tonic::{Request, Response, Status, async_trait};

use super::Api;
use crate::figure::{brackets, wire_parameter};
use crate::profile::parse_year;
use crate::sandbox::Rules;

#[async_trait]
impl TaxCountryService for Api {
    async fn list_tax_countries(
        &self,
        request: Request<wire::ListTaxCountriesRequest>,
    ) -> Result<Response<wire::ListTaxCountriesResponse>, Status> {
        Call::of(&request)?.user()?;
        let countries = self
            .desk
            .first_party()
            .map(|rules| rules.country.wire())
            .collect();
        Ok(Response::new(wire::ListTaxCountriesResponse { countries }))
    }

    async fn get_tax_country(
        &self,
        request: Request<wire::GetTaxCountryRequest>,
    ) -> Result<Response<wire::TaxCountry>, Status> {
        Call::of(&request)?.user()?;
        let rules = self.desk.country(&request.get_ref().country)?;
        Ok(Response::new(rules.country.wire()))
    }

    async fn list_tax_parameters(
        &self,
        request: Request<wire::ListTaxParametersRequest>,
    ) -> Result<Response<wire::ListTaxParametersResponse>, Status> {
        Call::of(&request)?.user()?;
        let request = request.get_ref();
        let (rules, year) = self.year_of(&request.country, request.year)?;
        let figures = rules.figures(year).iter();
        let parameters = figures
            .map(|figure| wire_parameter(figure, rules.country.currency))
            .collect();
        Ok(Response::new(wire::ListTaxParametersResponse { parameters }))
    }

    async fn list_tax_brackets(
        &self,
        request: Request<wire::ListTaxBracketsRequest>,
    ) -> Result<Response<wire::ListTaxBracketsResponse>, Status> {
        Call::of(&request)?.user()?;
        let request = request.get_ref();
        let (rules, year) = self.year_of(&request.country, request.year)?;
        Ok(Response::new(wire::ListTaxBracketsResponse {
            brackets: brackets(rules.figures(year), rules.country.currency),
        }))
    }
}

impl Api {
    /// A tax year of a country that came with the mesh.
    fn year_of(&self, country: &str, year: i32) -> Result<(&Rules, u16), Error> {
        let year = parse_year("year", year)?;
        let rules = self.desk.country(country)?;
        let known = rules.country.year(year).ok_or(Error::NotFound("the tax year"))?;
        Ok((rules, known.year))
    }
}
