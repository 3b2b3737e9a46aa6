#ifndef VIDEOJOBS_ADAPTERS_PRICE_TABLE_H_
#define VIDEOJOBS_ADAPTERS_PRICE_TABLE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace videojobs {

// What a second of video costs. A video that is refused, or that the provider fails to make, costs nothing.
struct Price {
  std::string model;       // the provider's full id
  std::string resolution;  // "720p"
  std::int64_t micros_per_second = 0;
  std::string as_of;   // when the source said so: "2026-10-22"
  std::string source;  // where it is public
};

// What is known of prices. A value; reading it is thread-safe.
class PriceTable {
 public:
  explicit PriceTable(std::vector<Price> prices = {}) : prices_(std::move(prices)) {}

  // Takes `price` in place of what the table has for the model and resolution, or beside it.
  void Set(Price price);
  // Of a model or resolution that the table does not have: what the dearest of all costs, so that a cap errs on the
  // safe side. 0 for an empty table.
  std::int64_t MicrosPerSecond(const std::string& model, const std::string& resolution) const;

  const std::vector<Price>& prices() const { return prices_; }

 private:
  std::vector<Price> prices_;
};

}  // namespace videojobs

#endif  // VIDEOJOBS_ADAPTERS_PRICE_TABLE_H_
