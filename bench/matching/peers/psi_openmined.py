"""OpenMined's PSI: `psi_openmined.py CLIENT.csv SERVER.csv ONLINE` prints JSON. Both whole sets are intersected; then the
online part alone for the client's first ONLINE entries, with the server's set already encoded."""

import json
import sys
import time

import private_set_intersection.python as psi

FALSE_POSITIVES = 1e-9


def entries(path):
    with open(path) as lines:
        return lines.read().split()[1:]


def online(server, setup, items):
    """CPU seconds of both parties, bytes both ways, and how many were found."""
    client = psi.client.CreateWithNewKey(True)
    begun = time.process_time()
    request = client.CreateRequest(items)
    response = server.ProcessRequest(request)
    found = client.GetIntersection(setup, response)
    return time.process_time() - begun, request.ByteSize() + response.ByteSize(), len(found)


own, theirs, few = entries(sys.argv[1]), entries(sys.argv[2]), int(sys.argv[3])
server = psi.server.CreateWithNewKey(True)
begun = time.process_time()
setup = server.CreateSetupMessage(FALSE_POSITIVES, len(own), theirs, psi.DataStructure.GCS)
encoding = time.process_time() - begun
cpu, wire, found = online(server, setup, own)
few_cpu, few_wire, few_found = online(server, setup, own[:few])
print(
    json.dumps(
        {
            "encoding_cpu_s": encoding,
            "cpu_s": encoding + cpu,
            "wire_bytes": setup.ByteSize() + wire,
            "found": found,
            "online_cpu_s": few_cpu,
            "online_found": few_found,
        }
    )
)
