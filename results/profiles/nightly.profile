# A nightly check of this host over the loopback: libfabric's tcp beside kernel TCP. Copy it and change what is yours:
# the launcher with its hosts, the arms (efa=ofi:efa@efa), the sizes, the control.
#
# What the nightly itself does (scripts/nightly --help); efabench takes these lines for comments:
#: keep=90
# With a known-good library beside tonight's, in the same blocks (--variant below), the night and the place cancel:
##: control=good
##: allocate=salloc -N 2 --exclusive

# What efabench run measures, an option a line:
##--launcher mpirun --host node1,node2
--arm tcp=ofi:tcp@lo
--arm kernel=sockets@lo
--launches 10
--sweeps 4
--time 10
--sizes 8,1K,16K,256K
##--variant new
##--variant good=LD_LIBRARY_PATH=/opt/efabench/good/lib
pingpong
bandwidth
