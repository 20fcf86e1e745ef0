#!/usr/bin/env bash
# The study, then the demo model, on one GPU: on-a-gpu.sh SCENES MODELS SPRITES OUT SECONDS STUDY_SECONDS
#   SCENES: what synthetic/generate.ts wrote for seeds 11, 12, 13
#   MODELS: what `deepmacc build --target torch --layout nchw` wrote: Backbone and the heads, DemoFeatures and DemoHead
#   SPRITES: what demo/pack.py wrote
# All runs of the study that are in OUT/runs are kept. More options for the demo model stand in DEMO_OPTIONS.
set -euo pipefail
read -r scenes models sprites out seconds study_seconds <<<"$(realpath -m "$1" "$2" "$3" "$4" | tr '\n' ' ')$5 $6"
cd "$(dirname "$0")"
export CUDA_DEVICE_MAX_CONNECTIONS=32 OMP_NUM_THREADS=2 PYTHONUNBUFFERED=1
mkdir -p "$out/runs" "$out/demo"
go="$out/go"
rm -f "$go"
# shellcheck disable=SC2086
python3 demo/train.py --sprites "$sprites" --models "$models" --out "$out/demo" --after "$go" ${DEMO_OPTIONS:-} &
demo=$!

singles=$(for class in 0 1 2 3 4 5 6 7; do echo -n "SmallHG20:single$class:11:0,"; done)
python3 synthetic/study.py --scenes "$scenes" --models "$models" --out "$out/runs" --slots 9 --piece 100 \
  --arms SmallHG20:partial,SmallRN4:partial,SmallHG20:full,SmallRN4:full,SmallHG20:jitter,SmallRN4:jitter \
  SmallRN20:partial:11,SmallHG10:partial:11,SmallNoLRS:partial:11,SmallNoED:partial:11 "${singles%,}" \
  --seconds "$study_seconds" "$((study_seconds * 4 / 5))" "$((study_seconds * 4 / 5))"

# The demo model starts; it needs half a minute after its last step.
echo $((seconds - SECONDS - 30)) >"$go.part"
mv "$go.part" "$go"
nice python3 synthetic/baselines.py --scenes "$scenes" --out "$out/runs"
wait "$demo"
