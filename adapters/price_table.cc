#include "adapters/price_table.h"

#include <algorithm>

namespace videojobs {

void PriceTable::Set(Price price) {
  const auto known = std::find_if(prices_.begin(), prices_.end(), [&](const Price& other) {
    return other.model == price.model && other.resolution == price.resolution;
  });
  if (known == prices_.end()) {
    prices_.push_back(std::move(price));
  } else {
    *known = std::move(price);
  }
}

std::int64_t PriceTable::MicrosPerSecond(const std::string& model, const std::string& resolution) const {
  std::int64_t dearest = 0;
  for (const Price& price : prices_) {
    if (price.model == model && price.resolution == resolution) return price.micros_per_second;
    dearest = std::max(dearest, price.micros_per_second);
  }
  return dearest;
}

}  // namespace videojobs
