// What Google asked for Veo on the Gemini API, by its public price list.
#ifndef VIDEOJOBS_ADAPTERS_VEO_PRICES_H_
#define VIDEOJOBS_ADAPTERS_VEO_PRICES_H_

#include "adapters/price_table.h"

namespace videojobs::veo {

// One row for each model and resolution that models.h has.
PriceTable ListPrices();

}  // namespace videojobs::veo

#endif  // VIDEOJOBS_ADAPTERS_VEO_PRICES_H_
