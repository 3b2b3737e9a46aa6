// The control endpoints, for tests and scripts; the only routes that Google does not have.
//   GET /_simulator/starts      GET, PUT /_simulator/faults      GET /_simulator/bill
//   GET /_simulator/counts      POST /_simulator/reset
// Those about credentials are in oauth.h.
#pragma once

#include "httplib.h"
#include "simulator/backend.h"

namespace videojobs::simulator {

// Both must live as long as they serve.
void AddControl(httplib::Server& server, Backend& backend);

// Counts of the ledger and of the connections together.
Counts CountsOf(const Backend& backend);

// As POST /_simulator/reset does.
void Reset(Backend& backend);

}  // namespace videojobs::simulator
